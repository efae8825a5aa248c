package whatsapp

import (
	"time"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// sender is a customer as WhatsApp names them: by number, by business-scoped user id, or by both.
type sender struct {
	address string
	waID    string
	userID  string
	name    string
}

// senderOf finds who wrote a message. The contacts beside it add the name and the ids that the message leaves out; one
// that is not plainly the author's is never used, for that would join two people.
func senderOf(m message, contacts []contact) (sender, bool) {
	s := sender{waID: m.From, userID: m.FromUserID}
	if s.nameless() {
		s.userID = m.System.UserID
	}
	alone := s.nameless() && len(contacts) == 1
	for _, c := range contacts {
		if !alone && !s.is(c) {
			continue
		}
		s.name = c.Profile.Name
		if s.waID == "" {
			s.waID = c.WaID
		}
		if s.userID == "" {
			s.userID = c.UserID
		}
		break
	}
	s.address = s.waID
	if s.address == "" {
		s.address = s.userID
	}
	return s, plain(s.address) && (s.userID == "" || plain(s.userID))
}

func (s sender) nameless() bool { return s.waID == "" && s.userID == "" }

func (s sender) is(c contact) bool {
	return s.waID != "" && s.waID == c.WaID || s.userID != "" && s.userID == c.UserID
}

// handles that Meta vouches for. Which telephone number an id stands for, if any, identity knows: it takes an id of which it
// cannot tell, and refuses a number that it does not know.
func (s sender) handles() []*identityv1.Handle {
	var hs []*identityv1.Handle
	if s.waID != "" {
		hs = append(hs, &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID, Value: s.waID})
	}
	if s.userID != "" {
		hs = append(hs, &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID, Value: s.userID})
	}
	return hs
}

// did is something that the sender did, but for what it was. Meta vouches for who it was.
func (s sender) did(when time.Time) *contextv1.ChannelEvent {
	return &contextv1.ChannelEvent{
		OccurredTime: timestamppb.New(when),
		Sender: &contextv1.Sender{
			Address: s.address, Handles: s.handles(), DisplayName: s.name, Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
		},
	}
}

// isNumber says whether an id is the digits of an E.164 number.
func isNumber(id string) bool {
	if len(id) < 7 || len(id) > 15 || id[0] == '0' {
		return false
	}
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return true
}
