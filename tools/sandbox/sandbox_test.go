package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the sandbox process that Ensure starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 6 && os.Args[1] == "sandbox" {
		os.Exit(runProcess(os.Args[3], os.Args[5]))
	}
	os.Exit(m.Run())
}

func runProcess(addr, dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := Run(ctx, Config{Addr: addr, Dir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const (
	waToken  = "demo-whatsapp-token"
	waSecret = "demo-whatsapp-app-secret"
	waNumber = "100200300400500"
	sid      = "AC00000000000000000000000000000001"
	sidToken = "demo-twilio-auth-token"
	daniel   = "+12125550101"
	// public is what Twilio signs; it resolves nowhere.
	public = "https://aurora.example"
)

func demoSetup(webhooks string, seed uint64) Setup {
	return Setup{
		WebhooksURL: webhooks, PublicURL: public, Faults: seed,
		Accounts: []Account{
			{
				Name: "wa-main", Provider: WhatsApp, Address: "+12125550109",
				PhoneNumberID: waNumber, AccessToken: waToken, AppSecret: waSecret,
			},
			{Name: "sms-main", Provider: Twilio, Address: "+12125550100", AccountSID: sid, AuthToken: sidToken},
		},
	}
}

// hook is one webhook as Parley receives it.
type hook struct {
	path   string
	header http.Header
	body   []byte
}

// receiver stands where Parley's webhooks are.
type receiver struct {
	*httptest.Server
	hooks chan hook

	mu     sync.Mutex
	answer func(hook) int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{hooks: make(chan hook, 10_000), answer: func(hook) int { return http.StatusOK }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("read a webhook: %v", err)
		}
		h := hook{req.URL.RequestURI(), req.Header, body}
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		w.WriteHeader(answer(h))
		r.hooks <- h
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(f func(hook) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

const patience = 20 * time.Second

func (r *receiver) next(t *testing.T) hook {
	t.Helper()
	select {
	case h := <-r.hooks:
		return h
	case <-time.After(patience):
		t.Fatal("no webhook came")
		return hook{}
	}
}

// vendor is a sandbox under test, over TCP.
type vendor struct {
	*Client
	url    string
	cancel context.CancelFunc
	ended  chan error
}

// startVendor runs a sandbox in this process on a free port.
func startVendor(t *testing.T, dir string, setup *Setup) *vendor {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	v := &vendor{
		Client: NewClient(listener.Addr().String()), url: "http://" + listener.Addr().String(),
		cancel: cancel, ended: make(chan error, 1),
	}
	go func() {
		v.ended <- serve(ctx, Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: time.Now}, listener)
	}()
	t.Cleanup(func() { v.end(t) })
	if setup != nil {
		if err := v.Configure(t.Context(), *setup); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func (v *vendor) end(t *testing.T) {
	t.Helper()
	v.cancel()
	err, first := <-v.ended
	if err != nil {
		t.Errorf("the sandbox ended with %v", err)
	}
	if first {
		close(v.ended)
	}
}

// send makes a request and answers its status, headers and body; all zero when the connection was closed instead.
func send(t *testing.T, r *http.Request) (int, http.Header, []byte) {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, body
}

func (v *vendor) graph(t *testing.T, token, number, body string) (int, http.Header, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.url+"/v23.0/"+number+"/messages", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return send(t, r)
}

func (v *vendor) sms(t *testing.T, user, token string, form url.Values) (int, http.Header, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		v.url+"/2010-04-01/Accounts/"+sid+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(user, token)
	return send(t, r)
}

func (v *vendor) get(t *testing.T, path string, into any) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(sid, sidToken)
	status, _, body := send(t, r)
	decode(t, body, into)
	return status
}

func decode(t *testing.T, body []byte, into any) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(into); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
}

func whatsAppText(to, text, echo string) string {
	body, err := json.Marshal(object{
		"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
		"text": object{"body": text}, "biz_opaque_callback_data": echo,
	})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func smsForm(to, text, callback string) url.Values {
	form := url.Values{"To": {to}, "From": {"+12125550100"}, "Body": {text}}
	if callback != "" {
		form.Set("StatusCallback", callback)
	}
	return form
}
