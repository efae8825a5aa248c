package webchat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const (
	// look is how late a stream sees what nobody woke it for: a line that another process of ours wrote.
	look = 2 * time.Second
	// lookAgain is how soon it looks again for a line that is under way, or whose fate is being decided.
	lookAgain = 100 * time.Millisecond
	// heartbeat keeps connections open that close when nothing is said.
	heartbeat = 15 * time.Second
)

// streamMessages sends the lines of a chat until either side ends it.
func (d *Door) streamMessages(ctx context.Context, request proto.Message, send func(proto.Message) error) error {
	req, ok := request.(*webchatv1.StreamMessagesRequest)
	if !ok {
		return fmt.Errorf("web chat was given a %T", request)
	}
	s, a, err := d.session(ctx, req.GetSessionToken())
	if err != nil {
		return err
	}
	at, err := resume(d.cfg.Seal, s, req.GetResumeToken())
	if err != nil {
		return err
	}
	seat := a.presence.sit(s.visitors(), addressOf(ctx))
	if seat == nil {
		return fault.New(codes.ResourceExhausted, "TOO_MANY_STREAMS", "the chat is open too often, close another one")
	}
	defer a.presence.leave(seat)
	r := &reader{door: d, adapter: a, session: s, seat: seat, at: at, send: send}
	if err := r.prove(as(ctx, a)); err != nil {
		return err
	}
	err = r.run(as(ctx, a))
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || fault.Code(err) == codes.Canceled) {
		return nil // one of both sides ended it
	}
	return err
}

// run passes lines on as they come.
func (r *reader) run(ctx context.Context) error {
	if err := r.beat(); err != nil {
		return err
	}
	over := time.NewTimer(r.session.expires.Sub(r.door.cfg.Clock()))
	defer over.Stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	again := time.NewTimer(look)
	defer again.Stop()
	for {
		undecided, err := r.pass(ctx)
		if err != nil {
			return err
		}
		if undecided || r.adapter.presence.eager(r.seat) {
			again.Reset(lookAgain)
		} else {
			again.Reset(look)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over.C:
			return expired()
		case <-beat.C:
			if err := r.beat(); err != nil {
				return err
			}
		case <-r.seat.wake:
		case <-again.C:
		}
	}
}

// beat says that the stream lives.
func (r *reader) beat() error {
	return r.send(&webchatv1.StreamMessagesResponse{ResumeToken: r.at.token(r.door.cfg.Seal, r.session)})
}
