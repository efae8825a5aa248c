package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

// Publish implements Publisher. Messages of different partition keys travel together; one is sent only when those before
// it with the same key are confirmed, so that none overtakes another that was lost.
func (b *Bus) Publish(ctx context.Context, msgs []Message) error {
	for _, wave := range waves(msgs) {
		if err := b.publishWave(ctx, wave); err != nil {
			return err
		}
	}
	return nil
}

// waves parts the messages so that no wave holds two of the same partition key, and order is kept for each.
func waves(msgs []Message) [][]Message {
	var parted [][]Message
	next := map[string]int{}
	for _, m := range msgs {
		key := partitionKey(m.Data)
		n := next[key]
		next[key] = n + 1
		if n == len(parted) {
			parted = append(parted, nil)
		}
		parted[n] = append(parted[n], m)
	}
	return parted
}

// partitionKey of a marshalled envelope. What is none has the empty key: it goes out one by one.
func partitionKey(data []byte) string {
	var env eventsv1.Envelope
	if err := proto.Unmarshal(data, &env); err != nil {
		return ""
	}
	return env.GetPartitionKey()
}

func (b *Bus) publishWave(ctx context.Context, wave []Message) error {
	acks := make([]jetstream.PubAckFuture, 0, len(wave))
	for _, m := range wave {
		// No retries inside: they would let later messages overtake. Whoever publishes tries all again.
		ack, err := b.js.PublishMsgAsync(&nats.Msg{Subject: m.Subject, Data: m.Data},
			jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0), jetstream.WithStallWait(ackTimeout))
		if err != nil {
			return fmt.Errorf("publish on %s: %w", m.Subject, err)
		}
		acks = append(acks, ack)
	}
	for i, ack := range acks {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			return fmt.Errorf("publish on %s: %w", wave[i].Subject, err)
		case <-ctx.Done():
			return fmt.Errorf("publish on %s: not confirmed: %w", wave[i].Subject, ctx.Err())
		}
	}
	return nil
}
