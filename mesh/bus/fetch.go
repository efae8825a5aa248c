package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

const (
	// fetchAhead is how many messages wait in the client for a consumer that is busy.
	fetchAhead = 512
	// longestFetchPause bounds the pause after the stream could not be read.
	longestFetchPause = 10 * time.Second
)

// fetch reads the stream until the consumer stops.
func (c *Consumer) fetch() {
	ctx := c.running
	last := c.start.floor.seq
	for failures := 1; ; failures++ {
		before := last
		err := c.read(ctx, &last)
		if ctx.Err() != nil {
			return
		}
		if last > before {
			failures = 1
		}
		c.log.WarnContext(ctx, "the stream cannot be read", "after", last, "error", err)
		if !c.pause(backoff(failures, c.cfg.Pace.InPlace, 2, longestFetchPause)) {
			return
		}
	}
}

// read deals out messages after the last one until something fails. It reads every type and drops what is not wanted
// here: so the role's position moves on also when nothing is for it, and does not hold the stream.
func (c *Consumer) read(ctx context.Context, last *uint64) error {
	consumer, err := c.bus.js.OrderedConsumer(ctx, c.cfg.Stream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:   *last + 1,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(fetchAhead))
	if err != nil {
		return err
	}
	defer messages.Stop()
	// Next looks at its context only between attempts to reach the server.
	defer context.AfterFunc(ctx, messages.Stop)()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		about, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("message without metadata: %w", err)
		}
		if about.Sequence.Stream <= *last {
			continue
		}
		at := point{seq: about.Sequence.Stream, time: about.Timestamp.UnixNano()}
		if !c.deal(ctx, at, msg.Data()) {
			return ctx.Err()
		}
		*last = at.seq
	}
}

// deal gives the event to its lane; false when the consumer stopped before there was room.
func (c *Consumer) deal(ctx context.Context, at point, raw []byte) bool {
	env := &eventsv1.Envelope{}
	if err := proto.Unmarshal(raw, env); err != nil {
		c.log.ErrorContext(ctx, "a message on the stream is no event", "seq", at.seq, "error", err)
		c.count(outcomeUnreadable)
		c.progress.pass(at)
		return true
	}
	lane := laneOf(env.GetPartitionKey(), len(c.lanes))
	if len(c.wanted) > 0 && !c.wanted[env.GetType()] || at.seq <= c.start.lanes[lane] {
		c.progress.pass(at)
		return true
	}
	select {
	case c.progress.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	e := &event{at: at, lane: lane, raw: raw, env: env}
	c.progress.take(e)
	c.enqueue(e)
	return true
}
