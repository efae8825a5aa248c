package webchat

import (
	"strconv"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"google.golang.org/grpc/codes"
)

// sessionLife is how long a session is good for. A visitor who stays longer begins a new one.
const sessionLife = 24 * time.Hour

// skew is how far the clocks of our own hosts may be apart.
const skew = time.Minute

// What the sealed tokens are good for.
const (
	sessionPurpose = "webchat.session"
	resumePurpose  = "webchat.resume"
)

// session is what a session token says. The token is sealed: nobody else can make one or read it, and nothing of it is kept here.
type session struct {
	account string
	// visitor is the chat that the session writes to, customer whom the company's site vouched for, empty for nobody.
	visitor, customer string
	// before is the chat of the same person before they signed in; empty when there was none.
	before string
	// since is when it began, or the chat before it.
	since, expires time.Time
}

// visitors are the chats that the session reads, its own first.
func (s session) visitors() []string {
	if s.before == "" {
		return []string{s.visitor}
	}
	return []string{s.visitor, s.before}
}

func (s session) envelope() envelope { return envelope{visitor: s.visitor, customer: s.customer} }

func (s session) token(seal *page.Tokens) string {
	return seal.Encode(sessionPurpose, s.account, s.visitor, s.customer, s.before, micros(s.since), micros(s.expires))
}

func readSession(seal *page.Tokens, token string, now time.Time) (session, error) {
	parts, err := seal.Decode(sessionPurpose, token)
	if err != nil || len(parts) != 6 {
		return session{}, fault.New(codes.Unauthenticated, "SESSION_INVALID", "session_token: it is not one that was given out").With("field", "session_token")
	}
	s := session{account: parts[0], visitor: parts[1], customer: parts[2], before: parts[3], since: fromMicros(parts[4]), expires: fromMicros(parts[5])}
	if !now.Before(s.expires) {
		return session{}, expired()
	}
	return s, nil
}

func expired() error {
	return fault.New(codes.Unauthenticated, "SESSION_EXPIRED", "session_token: the session is over, start another one").With("field", "session_token")
}

// place is where a stream is in a chat: behind a message, or at the beginning of the session.
type place struct {
	time time.Time
	id   string
}

func (p place) token(seal *page.Tokens, s session) string {
	return seal.Encode(resumePurpose, s.visitor, micros(p.time), p.id)
}

// resume is the place of a token; one of the chat before signing in is good, too.
func resume(seal *page.Tokens, s session, token string) (place, error) {
	if token == "" {
		return place{time: s.since.Add(-skew)}, nil
	}
	parts, err := seal.Decode(resumePurpose, token)
	if err != nil || len(parts) != 3 || parts[0] != s.visitor && parts[0] != s.before {
		return place{}, fault.Invalid("resume_token", "RESUME_TOKEN_INVALID", "not a token of this chat")
	}
	return place{time: fromMicros(parts[1]), id: parts[2]}, nil
}

// before says whether a message with this time and id stands behind the place.
func (p place) before(at time.Time, id string) bool {
	return at.After(p.time) || at.Equal(p.time) && id > p.id
}

func micros(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }

// fromMicros reads what micros wrote; a seal vouches for it.
func fromMicros(s string) time.Time {
	n, _ := strconv.ParseInt(s, 10, 64)
	return time.UnixMicro(n).UTC()
}
