package webchat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/fault"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// sendMessage answers when the line is in the inbox, and not before.
func (d *Door) sendMessage(ctx context.Context, req *webchatv1.SendMessageRequest) (*webchatv1.SendMessageResponse, error) {
	s, a, err := d.session(ctx, req.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(req.GetText()) == "" {
		return nil, fault.Invalid("text", "FIELD_INVALID", "says nothing")
	}
	now := d.cfg.Clock()
	if !d.lines.allow(s.visitor, now) {
		return nil, fault.New(codes.ResourceExhausted, "TOO_FAST", "one line a second, please, and no more than %d at once", linesAtOnce)
	}
	body, err := json.Marshal(said{ID: req.GetClientMessageId(), Text: req.GetText(), Time: now})
	if err != nil {
		return nil, fmt.Errorf("encode a line: %w", err)
	}
	// It is kept even if the browser does not wait: it may have heard nothing, and says it again.
	if err := d.cfg.Inbox.Accept(context.WithoutCancel(ctx), a, s.envelope().header(), body); err != nil {
		return nil, fault.New(codes.Unavailable, "NOT_KEPT", "the line could not be kept, say it again").Because(err)
	}
	a.presence.expect(s.visitor)
	return &webchatv1.SendMessageResponse{ReceiveTime: timestamppb.New(now)}, nil
}
