package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// positionsBucket holds, under "<stream>.<role>", the durable point of every role that ever registered.
	positionsBucket = "PARLEY_POSITIONS"
	// tendEvery is the time between two looks after positions, streams and metrics.
	tendEvery = 15 * time.Second
)

func openPositions(ctx context.Context, js jetstream.JetStream, replicas int) (jetstream.KeyValue, error) {
	kv, err := js.KeyValue(ctx, positionsBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: positionsBucket, Replicas: replicas})
	}
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", positionsBucket, err)
	}
	return kv, nil
}

// register makes the role known. Until it has run it holds everything.
func (b *Bus) register(ctx context.Context, stream, role string) error {
	_, err := b.positions.Create(ctx, stream+"."+role, []byte(point{}.String()))
	if err != nil && !errors.Is(err, jetstream.ErrKeyExists) {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// String is the form in the bucket.
func (p point) String() string { return fmt.Sprintf("%d %d", p.seq, p.time) }

func parsePoint(text []byte) (p point, err error) {
	_, err = fmt.Sscanf(string(text), "%d %d", &p.seq, &p.time)
	return p, err
}

// TrimBelowPositions removes from the stream what every known role has durably done. A role that runs in this process
// tells its position first. The bus calls it from time to time.
func (b *Bus) TrimBelowPositions(ctx context.Context, stream string) error {
	if err := b.trim(ctx, stream); err != nil {
		return fmt.Errorf("trim %s: %w", stream, err)
	}
	return nil
}

func (b *Bus) trim(ctx context.Context, stream string) error {
	if err := b.mirror(ctx, stream); err != nil {
		return err
	}
	lowest, err := b.lowest(ctx, stream)
	if err != nil || lowest.seq == 0 {
		return err
	}
	intact, err := b.intact(ctx, stream, lowest)
	if err != nil {
		return err
	}
	if !intact {
		return errors.New("the positions are those of another stream; it is left alone until every role has run again")
	}
	s, err := b.js.Stream(ctx, stream)
	if err != nil {
		return err
	}
	// The message at the position stays: by it the next start sees whether the stream is still the same.
	return s.Purge(ctx, jetstream.WithPurgeSequence(lowest.seq))
}

// mirror writes the durable points of the roles that run here into the bucket.
func (b *Bus) mirror(ctx context.Context, stream string) error {
	for _, c := range b.attached(stream) {
		p := c.progress.promote(c.cfg.Clock())
		if _, err := b.positions.Put(ctx, stream+"."+c.cfg.Role, []byte(p.String())); err != nil {
			return fmt.Errorf("position of %s: %w", c.cfg.Role, err)
		}
	}
	return nil
}

// lowest is the lowest point of all roles; zero when a role has not run, or none is known.
func (b *Bus) lowest(ctx context.Context, stream string) (point, error) {
	keys, err := b.positions.ListKeysFiltered(ctx, stream+".*")
	if err != nil {
		return point{}, fmt.Errorf("read positions: %w", err)
	}
	defer func() { _ = keys.Stop() }()
	var lowest *point
	for key := range keys.Keys() {
		entry, err := b.positions.Get(ctx, key)
		if err != nil {
			return point{}, fmt.Errorf("read position %s: %w", key, err)
		}
		p, err := parsePoint(entry.Value())
		if err != nil {
			return point{}, fmt.Errorf("position %s is none: %w", key, err)
		}
		if lowest == nil || p.seq < lowest.seq {
			lowest = &p
		}
	}
	if lowest == nil {
		return point{}, nil
	}
	return *lowest, nil
}

// tend looks after the streams until the bus is closed.
func (b *Bus) tend(ctx context.Context) {
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, s := range streams(1) {
			if err := b.TrimBelowPositions(ctx, s.Name); err != nil && ctx.Err() == nil {
				b.log.ErrorContext(ctx, "the stream is not trimmed", "error", err)
			}
			b.measure(ctx, s.Name)
		}
	}
}

func (b *Bus) attach(c *Consumer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.consumers[c] = true
}

func (b *Bus) detach(c *Consumer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.consumers, c)
}

// attached are the consumers of the stream that run here.
func (b *Bus) attached(stream string) []*Consumer {
	b.mu.Lock()
	defer b.mu.Unlock()
	var here []*Consumer
	for c := range b.consumers {
		if c.cfg.Stream == stream {
			here = append(here, c)
		}
	}
	return here
}
