package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"connectrpc.com/connect"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

// visitor is a browser on the company's web site, with a chat in it. What it keeps is what a page keeps in its storage.
type visitor struct {
	Account string `json:"account"`
	Session string `json:"session"`
	// Customer is the reference that the site's session is of; empty until the visitor signs in.
	Customer string `json:"customer,omitempty"`
	// Resume is behind the newest line that is in the journal.
	Resume string `json:"resume,omitempty"`

	hangUp context.CancelFunc // nil while the page is closed
}

const visitorsFile = "visitors.json"

// visitors are the browsers, by what they are called on the sandbox's own surface.
type visitors struct {
	server  *server
	http    *http.Client
	ctx     context.Context
	cancel  context.CancelFunc
	reading sync.WaitGroup

	mu     sync.Mutex
	byName map[string]*visitor
}

// openVisitors takes up what the folder remembers; pages open when somebody writes.
func openVisitors(s *server) (*visitors, error) {
	v := &visitors{server: s, http: &http.Client{}, byName: map[string]*visitor{}}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	kept, err := os.ReadFile(filepath.Join(s.dir, visitorsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	if err == nil {
		err = json.Unmarshal(kept, &v.byName)
	}
	if err != nil {
		return nil, fmt.Errorf("read the visitors of web chats: %w", err)
	}
	return v, nil
}

func (v *visitors) stop() {
	v.cancel()
	v.reading.Wait()
}

// keep replaces the file in one step. It is called under the mutex.
func (v *visitors) keep() error {
	content, err := json.Marshal(v.byName)
	if err != nil {
		return err
	}
	path := filepath.Join(v.server.dir, visitorsFile)
	return errors.Join(writeSynced(path+".new", content), os.Rename(path+".new", path))
}

// client of one of WebchatService's methods.
func client[Request, Response any](v *visitors, method string) *connect.Client[Request, Response] {
	url := v.server.setup().WebhooksURL + "/parley.webchat.v1.WebchatService/" + method
	return connect.NewClient[Request, Response](v.http, url, connect.WithProtoJSON())
}

// say writes into the chat of the message's sender as a page does, and answers the HTTP status. When the session is over, the
// page starts another one.
func (v *visitors) say(ctx context.Context, m *message) (int, error) {
	err := v.trySay(ctx, m)
	if connect.CodeOf(err) == connect.CodeUnauthenticated {
		v.forget(m.From)
		err = v.trySay(ctx, m)
	}
	return statusOf(err), err
}

func (v *visitors) trySay(ctx context.Context, m *message) error {
	page, err := v.page(ctx, m)
	if err != nil {
		return err
	}
	_, err = client[webchatv1.SendMessageRequest, webchatv1.SendMessageResponse](v, "SendMessage").CallUnary(ctx, connect.NewRequest(
		&webchatv1.SendMessageRequest{SessionToken: page.Session, ClientMessageId: m.ID, Text: m.Text}))
	return err
}

// statusOf is what HTTP has for a code of Connect (https://connectrpc.com/docs/protocol#error-codes).
func statusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	switch connect.CodeOf(err) {
	case connect.CodeInvalidArgument:
		return http.StatusBadRequest
	case connect.CodeUnauthenticated:
		return http.StatusUnauthorized
	case connect.CodeResourceExhausted:
		return http.StatusTooManyRequests
	default:
		return http.StatusServiceUnavailable
	}
}

// page is the sender's browser with the chat open: signed in when the message says as whom.
func (v *visitors) page(ctx context.Context, m *message) (visitor, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.byName[m.From]
	if p == nil || m.Customer != "" && m.Customer != p.Customer {
		started, err := v.start(ctx, m, p)
		if err != nil {
			return visitor{}, fmt.Errorf("start a session: %w", err)
		}
		if p != nil && p.hangUp != nil {
			p.hangUp()
		}
		p = started
		v.byName[m.From] = p
		if err := v.keep(); err != nil {
			return visitor{}, err
		}
	}
	if p.hangUp == nil {
		ctx, cancel := context.WithCancel(v.ctx)
		p.hangUp = cancel
		name, session := m.From, p.Session
		v.reading.Go(func() { v.read(ctx, name, session) })
	}
	return *p, nil
}

// start begins a session, or goes on with that of a visitor who signs in now.
func (v *visitors) start(ctx context.Context, m *message, before *visitor) (*visitor, error) {
	req := &webchatv1.StartSessionRequest{Account: m.Account, CustomerReference: m.Customer}
	if m.Customer != "" {
		account := v.server.setup().account(func(a Account) bool { return a.Name == m.Account })
		req.Signature = signVisitor(account.SigningSecret, m.Customer)
	}
	next := &visitor{Account: m.Account, Customer: m.Customer}
	if before != nil && before.Customer == "" {
		req.SessionToken, next.Resume = before.Session, before.Resume
	}
	started, err := client[webchatv1.StartSessionRequest, webchatv1.StartSessionResponse](v, "StartSession").CallUnary(ctx, connect.NewRequest(req))
	if err != nil {
		return nil, err
	}
	next.Session = started.Msg.GetSessionToken()
	return next, nil
}

// forget drops a visitor's session.
func (v *visitors) forget(name string) {
	v.leave(name)
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.byName, name)
}

// leave closes the page; the session is there when the visitor comes back. False when no page was open.
func (v *visitors) leave(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.byName[name]
	if p == nil || p.hangUp == nil {
		return false
	}
	p.hangUp()
	p.hangUp = nil
	return true
}

// comeBack is how long a page waits before it opens a stream again that broke.
const comeBack = 200 * time.Millisecond

// read puts what the company says into the journal, while the page is open and its session lasts.
func (v *visitors) read(ctx context.Context, name, session string) {
	for ctx.Err() == nil {
		err := v.stream(ctx, name, session)
		if connect.CodeOf(err) == connect.CodeUnauthenticated {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(comeBack):
		}
	}
}

func (v *visitors) stream(ctx context.Context, name, session string) error {
	v.mu.Lock()
	p := v.byName[name]
	if p == nil || p.Session != session {
		v.mu.Unlock()
		return nil
	}
	req := &webchatv1.StreamMessagesRequest{SessionToken: session, ResumeToken: p.Resume}
	v.mu.Unlock()
	lines, err := client[webchatv1.StreamMessagesRequest, webchatv1.StreamMessagesResponse](v, "StreamMessages").CallServerStream(ctx, connect.NewRequest(req))
	if err != nil {
		return err
	}
	defer lines.Close() //nolint:errcheck // it is over, whatever is said about it
	for lines.Receive() {
		if err := v.received(p, name, lines.Msg()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (v *visitors) received(p *visitor, name string, said *webchatv1.StreamMessagesResponse) error {
	if l := said.GetLine(); l != nil && l.GetAuthor() != webchatv1.Line_AUTHOR_VISITOR && v.server.book.get(l.GetId()) == nil {
		raw, err := json.Marshal(map[string]any{"id": l.GetId(), "author": l.GetAuthor().String(), "text": l.GetText()})
		if err != nil {
			return err
		}
		err = v.server.accept(&message{
			ID: l.GetId(), Provider: Webchat, Account: p.Account, To: name, Text: l.GetText(), Raw: string(raw), Time: v.server.now(),
		})
		if err != nil {
			return err
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	p.Resume = said.GetResumeToken()
	return nil
}
