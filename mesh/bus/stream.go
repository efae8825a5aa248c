package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// duplicates is how long JetStream knows message ids. It must be longer than the minute for which an outbox may publish
// a row again after a quick restart; after a slow one handlers see the event twice, and are idempotent.
const duplicates = 2 * time.Minute

// streams that Parley declares. They have no limits: what removes messages is TrimBelowPositions alone.
func streams(replicas int) []jetstream.StreamConfig {
	stream := func(name, subjects string) jetstream.StreamConfig {
		return jetstream.StreamConfig{
			Name:       name,
			Subjects:   []string{subjects},
			Storage:    jetstream.FileStorage,
			Retention:  jetstream.LimitsPolicy,
			Duplicates: duplicates,
			Replicas:   replicas,
		}
	}
	return []jetstream.StreamConfig{
		stream(Conversation, "conversation.>"), stream(Billing, "billing.>"), stream(Routing, "routing.>"),
	}
}

// declare makes the stream, or checks that the one that is there is as declared.
func declare(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	stream, err := js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = js.CreateStream(ctx, want)
	}
	if err != nil {
		return fmt.Errorf("stream %s: %w", want.Name, err)
	}
	have := stream.CachedInfo().Config
	for _, part := range []struct {
		name       string
		same       bool
		have, want any
	}{
		{"subjects", slices.Equal(have.Subjects, want.Subjects), have.Subjects, want.Subjects},
		{"storage", have.Storage == want.Storage, have.Storage, want.Storage},
		{"retention", have.Retention == want.Retention, have.Retention, want.Retention},
		{"replicas", have.Replicas == want.Replicas, have.Replicas, want.Replicas},
		{"duplicates window", have.Duplicates == want.Duplicates, have.Duplicates, want.Duplicates},
		{"age limit", have.MaxAge == 0, have.MaxAge, "none"},
		{"limit of messages", have.MaxMsgs <= 0, have.MaxMsgs, "none"},
		{"limit of bytes", have.MaxBytes <= 0, have.MaxBytes, "none"},
		{"limit of messages per subject", have.MaxMsgsPerSubject <= 0, have.MaxMsgsPerSubject, "none"},
	} {
		if !part.same {
			return fmt.Errorf("stream %s is not as declared: %s %v, want %v", want.Name, part.name, part.have, part.want)
		}
	}
	return nil
}

// point is a place in a stream. The time (of storing, in nanoseconds) tells the message that was read there from another
// one that came to stand there after a power cut took the end of the stream.
type point struct {
	seq  uint64
	time int64
}

// intact says whether the stream still holds at the point what was read there, or has trimmed it since.
func (b *Bus) intact(ctx context.Context, stream string, p point) (bool, error) {
	if p.seq == 0 {
		return true, nil
	}
	s, err := b.js.Stream(ctx, stream)
	if err != nil {
		return false, fmt.Errorf("stream %s: %w", stream, err)
	}
	if p.seq < s.CachedInfo().State.FirstSeq {
		return true, nil
	}
	msg, err := s.GetMsg(ctx, p.seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("stream %s, message %d: %w", stream, p.seq, err)
	}
	return msg.Time.UnixNano() == p.time, nil
}
