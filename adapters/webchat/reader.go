package webchat

import (
	"cmp"
	"context"
	"slices"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// ReasonElsewhere is why a line failed that reached the customer on another channel.
const ReasonElsewhere = "SENT_ELSEWHERE"

// reader passes a chat's lines on to a stream, from the one timeline in which they all stand.
type reader struct {
	door    *Door
	adapter *Adapter
	session session
	seat    *seat
	at      place
	send    func(proto.Message) error
}

// pass sends what is behind the reader's place, and moves it. It stops before a line of which it is being decided whether it
// reaches the visitor here, and says so.
func (r *reader) pass(ctx context.Context) (undecided bool, err error) {
	for {
		messages, more, err := r.behind(ctx, r.at)
		if err != nil {
			return false, err
		}
		for _, m := range messages {
			shows, decided, err := r.shows(ctx, m)
			if err != nil {
				return false, err
			}
			if !decided {
				return true, nil
			}
			r.at = placeOf(m)
			if !shows {
				continue
			}
			if err := r.send(&webchatv1.StreamMessagesResponse{Line: toLine(m), ResumeToken: r.at.token(r.door.cfg.Seal, r.session)}); err != nil {
				return false, err
			}
			r.adapter.presence.wrote(r.seat, m.GetId())
		}
		if !more {
			return false, nil
		}
	}
}

// shows says whether the line is one of this chat that its visitor gets here, and whether that is decided.
func (r *reader) shows(ctx context.Context, m *contextv1.Message) (shows, decided bool, err error) {
	if !slices.Contains(r.session.visitors(), m.GetAddress()) || m.GetDeleteTime() != nil {
		return false, true, nil
	}
	if m.GetDirection() == contextv1.Direction_DIRECTION_INBOUND {
		return true, true, nil
	}
	switch d := m.GetDelivery(); d.GetState() {
	case contextv1.DeliveryState_DELIVERY_STATE_FAILED:
		return d.GetFailureReason() != ReasonElsewhere, true, nil
	case contextv1.DeliveryState_DELIVERY_STATE_SENT, contextv1.DeliveryState_DELIVERY_STATE_DELIVERED, contextv1.DeliveryState_DELIVERY_STATE_READ:
		return true, true, nil
	default:
	}
	failed, err := r.door.cfg.Deliveries.Failed(ctx, m.GetId())
	if err != nil || failed {
		return false, false, err
	}
	// From here on it is the visitor's, unless the stream breaks at once.
	offered := r.adapter.presence.offer(m.GetId())
	return offered, offered, nil
}

// prove notes what the visitor has: all before the place with which they came back.
func (r *reader) prove(ctx context.Context) error {
	if r.at.id == "" {
		return nil
	}
	from := place{time: r.at.time.Add(-r.adapter.goneAfter - time.Minute)} // older ones are decided
	for more := true; more; {
		messages, further, err := r.behind(ctx, from)
		if err != nil {
			return err
		}
		more = further
		for _, m := range messages {
			if from = placeOf(m); r.at.before(from.time, from.id) {
				return nil
			}
			if m.GetDirection() == contextv1.Direction_DIRECTION_OUTBOUND && slices.Contains(r.session.visitors(), m.GetAddress()) {
				r.adapter.presence.prove(m.GetId())
			}
		}
	}
	return nil
}

// pageSize of what is read at once.
const pageSize = 200

// behind lists what stands in the account's chats with the session's customer behind the place, the oldest first.
func (r *reader) behind(ctx context.Context, p place) (messages []*contextv1.Message, more bool, err error) {
	customers, err := r.customers(ctx)
	if err != nil {
		return nil, false, err
	}
	var ends []place // of the lists that go on
	for _, id := range customers {
		resp, err := r.door.cfg.Context.ListMessages(ctx, &contextv1.ListMessagesRequest{
			CustomerId: id, Account: r.session.account, AfterTime: timestamppb.New(p.time), AfterMessageId: p.id, PageSize: pageSize,
		})
		if err != nil {
			return nil, false, err
		}
		messages = append(messages, resp.GetMessages()...)
		if resp.GetNextPageToken() != "" {
			ends = append(ends, placeOf(messages[len(messages)-1]))
		}
	}
	if len(customers) > 1 {
		messages = r.merged(messages, ends)
	}
	return messages, len(ends) > 0 && len(messages) > 0, nil
}

// customers whose timelines the chat stands in: one, or none before the first line. The stream of a visitor who was nobody ends when
// they sign in; what was said before signing in is left out when it turned out to be another customer's.
func (r *reader) customers(ctx context.Context) ([]string, error) {
	handles := []*identityv1.Handle{visitorHandle(r.session.visitor)}
	if r.session.customer != "" {
		handles = []*identityv1.Handle{referenceHandle(r.session.customer)}
	}
	if r.session.before != "" {
		handles = append(handles, visitorHandle(r.session.before))
	}
	var ids []string
	for _, h := range handles {
		who, err := r.door.resolve(ctx, h)
		if err != nil {
			return nil, err
		}
		switch known := h.GetKind() == identityv1.HandleKind_HANDLE_KIND_VISITOR_ID && !onlyVisits(who); {
		case who == nil || slices.Contains(ids, who.GetId()):
		case known && r.session.customer == "":
			return nil, expired()
		case known:
		default:
			ids = append(ids, who.GetId())
		}
	}
	return ids, nil
}

// merged is what was said before and after signing in, while it is not joined yet: in order, and no further than each of the
// lists goes. What is younger than a second waits, because the younger line of two timelines may be seen first.
func (r *reader) merged(messages []*contextv1.Message, ends []place) []*contextv1.Message {
	slices.SortFunc(messages, func(a, b *contextv1.Message) int {
		return cmp.Or(a.GetCreateTime().AsTime().Compare(b.GetCreateTime().AsTime()), cmp.Compare(a.GetId(), b.GetId()))
	})
	ends = append(ends, place{time: r.door.cfg.Clock().Add(-time.Second)})
	return slices.DeleteFunc(messages, func(m *contextv1.Message) bool {
		return slices.ContainsFunc(ends, func(p place) bool { return p.before(m.GetCreateTime().AsTime(), m.GetId()) })
	})
}

func placeOf(m *contextv1.Message) place {
	return place{time: m.GetCreateTime().AsTime(), id: m.GetId()}
}

func toLine(m *contextv1.Message) *webchatv1.Line {
	l := &webchatv1.Line{Id: m.GetId(), Text: m.GetText(), CreateTime: m.GetCreateTime(), State: webchatv1.Line_STATE_DELIVERED}
	switch m.GetAuthor() {
	case contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER:
		l.Author, l.State, l.ClientMessageId = webchatv1.Line_AUTHOR_VISITOR, webchatv1.Line_STATE_RECEIVED, clientID(m.GetExternalId())
	case contextv1.AuthorKind_AUTHOR_KIND_AGENT:
		l.Author = webchatv1.Line_AUTHOR_AGENT
	case contextv1.AuthorKind_AUTHOR_KIND_SYSTEM:
		l.Author = webchatv1.Line_AUTHOR_SYSTEM
	default:
		l.Author = webchatv1.Line_AUTHOR_ASSISTANT
	}
	return l
}
