package e2e_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

const (
	danielReference = "AUR-0001"
	siteSecret      = "demo-webchat-secret"
)

// signature is what the company's site gives the page of a customer who is signed in.
func signature(secret, reference string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(reference))
	return hex.EncodeToString(mac.Sum(nil))
}

// visitorCall calls a method of WebchatService as a browser does.
func visitorCall[Request, Response any](u *up, method string, request *Request) (*Response, error) {
	client := connect.NewClient[Request, Response](http.DefaultClient, "http://"+u.webhooks+"/parley.webchat.v1.WebchatService/"+method, connect.WithProtoJSON())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	response, err := client.CallUnary(ctx, connect.NewRequest(request))
	if err != nil {
		return nil, err
	}
	return response.Msg, nil
}

func startSession(u *up, request *webchatv1.StartSessionRequest) (string, error) {
	request.Account = "web-main"
	started, err := visitorCall[webchatv1.StartSessionRequest, webchatv1.StartSessionResponse](u, "StartSession", request)
	return started.GetSessionToken(), err
}

// chat is one in a browser, which comes back whenever its stream breaks.
type chat struct {
	u       *up
	session string

	cancel  context.CancelFunc
	reading sync.WaitGroup

	mu     sync.Mutex
	resume string
	lines  []*webchatv1.Line
}

// visit opens a page: of a customer when there is a reference, else of nobody.
func (u *up) visit(reference string) *chat {
	u.t.Helper()
	request := &webchatv1.StartSessionRequest{}
	if reference != "" {
		request.CustomerReference, request.Signature = reference, signature(siteSecret, reference)
	}
	token, err := startSession(u, request)
	if err != nil {
		u.t.Fatal(err)
	}
	return &chat{u: u, session: token}
}

// signIn goes on with the page as a customer.
func (c *chat) signIn(reference string) {
	c.u.t.Helper()
	c.leave()
	token, err := startSession(c.u, &webchatv1.StartSessionRequest{
		CustomerReference: reference, Signature: signature(siteSecret, reference), SessionToken: c.session,
	})
	if err != nil {
		c.u.t.Fatal(err)
	}
	c.session = token
}

// listen reads lines until leave.
func (c *chat) listen() *chat {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.reading.Go(func() {
		for ctx.Err() == nil {
			c.read(ctx)
		}
	})
	c.u.t.Cleanup(c.leave)
	return c
}

func (c *chat) leave() {
	if c.cancel != nil {
		c.cancel()
		c.reading.Wait()
	}
}

// read is one stream, which may break at any time.
func (c *chat) read(ctx context.Context) {
	if c.stream(ctx) != nil && ctx.Err() == nil {
		<-time.After(20 * time.Millisecond) // it was killed: nobody listens for a while
	}
}

func (c *chat) stream(ctx context.Context) error {
	client := connect.NewClient[webchatv1.StreamMessagesRequest, webchatv1.StreamMessagesResponse](
		http.DefaultClient, "http://"+c.u.webhooks+"/parley.webchat.v1.WebchatService/StreamMessages")
	c.mu.Lock()
	request := &webchatv1.StreamMessagesRequest{SessionToken: c.session, ResumeToken: c.resume}
	c.mu.Unlock()
	lines, err := client.CallServerStream(ctx, connect.NewRequest(request))
	if err != nil {
		return err
	}
	defer lines.Close() //nolint:errcheck // it is over either way
	for lines.Receive() {
		c.mu.Lock()
		c.resume = lines.Msg().GetResumeToken()
		if l := lines.Msg().GetLine(); l != nil {
			c.lines = append(c.lines, l)
		}
		c.mu.Unlock()
	}
	return lines.Err()
}

// streamOnce is the error of a stream that is refused.
func (c *chat) streamOnce() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return c.stream(ctx)
}

func (c *chat) seen() []*webchatv1.Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*webchatv1.Line(nil), c.lines...)
}

// line waits for the nth line, from 1.
func (c *chat) line(n int) *webchatv1.Line {
	c.u.t.Helper()
	c.u.await(30*time.Second, fmt.Sprintf("line %d is on the page", n), func() bool { return len(c.seen()) >= n })
	return c.seen()[n-1]
}

func (c *chat) trySay(id, text string) error {
	_, err := visitorCall[webchatv1.SendMessageRequest, webchatv1.SendMessageResponse](c.u, "SendMessage",
		&webchatv1.SendMessageRequest{SessionToken: c.session, ClientMessageId: id, Text: text})
	return err
}

func (c *chat) say(id, text string) {
	c.u.t.Helper()
	if err := c.trySay(id, text); err != nil {
		c.u.t.Fatal(err)
	}
}

// onceEach holds the lines on a page to be there once, in one order.
func onceEach(t *testing.T, lines []*webchatv1.Line) {
	t.Helper()
	seen := map[string]bool{}
	for i, l := range lines {
		if seen[l.GetId()] {
			t.Errorf("line %d, %q, is on the page twice", i+1, l.GetText())
		}
		seen[l.GetId()] = true
		if i > 0 && !lines[i-1].GetCreateTime().AsTime().Before(l.GetCreateTime().AsTime()) {
			t.Errorf("line %d stands behind a newer one", i+1)
		}
	}
}
