package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func ensure(t *testing.T, addr, dir string, setup Setup) (*Client, Health) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Ensure(t.Context(), exe, addr, dir, setup)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, logFile))
		t.Fatalf("%v\n%s", err, log)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := c.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	h, err := c.Healthy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c, h
}

func TestASecondUpAdoptsTheSandboxAndStopsIt(t *testing.T) {
	parley := newReceiver(t)
	addr, dir := freeAddr(t), t.TempDir()
	_, first := ensure(t, addr, dir, demoSetup("http://127.0.0.1:1", 0))
	if session, err := syscall.Getpgid(first.PID); err != nil || session != first.PID {
		t.Errorf("the process is in the group %d: Ctrl-C here would reach it (%v)", session, err)
	}
	second, h := ensure(t, addr, t.TempDir(), demoSetup(parley.URL, 0))
	if h.PID != first.PID || h.Dir != first.Dir {
		t.Fatalf("a second process was started: %+v, %+v", first, h)
	}
	if got, err := second.Inbound(t.Context(), Inbound{Channel: "sms", From: daniel, Text: "x"}); err != nil || got.Status != 200 {
		t.Errorf("the new setup is not in force: %+v %v", got, err)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Healthy(t.Context()); err == nil {
		t.Error("it still answers")
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Errorf("stopping again: %v", err)
	}
}

func TestWhatWasAcceptedSurvivesSIGKILL(t *testing.T) {
	addr, dir := freeAddr(t), t.TempDir()
	c, h := ensure(t, addr, dir, demoSetup("http://127.0.0.1:1", 0))
	v := &vendor{Client: c, url: "http://" + addr}
	status, _, _ := v.graph(t, waToken, waNumber, whatsAppText(daniel, "kept", "delivery_1"))
	if status != http.StatusOK {
		t.Fatal(status)
	}
	if err := syscall.Kill(h.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	journal, err := os.OpenFile(filepath.Join(dir, journalFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.WriteString(`{"message":{"id":"torn`); err != nil {
		t.Fatal(err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	awaitGone(t, c)

	parley := newReceiver(t)
	again, h2 := ensure(t, addr, dir, demoSetup(parley.URL, 0))
	if h2.PID == h.PID || h2.Messages != 1 {
		t.Errorf("%+v after %+v", h2, h)
	}
	deliveries, err := again.Deliveries(t.Context(), daniel)
	if err != nil || len(deliveries) != 1 || deliveries[0].Text != "kept" {
		t.Errorf("%+v %v", deliveries, err)
	}
	// The statuses that nobody acknowledged still come, and the setup needs nobody to tell it again.
	for range 3 {
		checkMeta(t, parley.next(t))
	}
	if kept, err := loadSetup(dir); err != nil || kept.WebhooksURL != parley.URL || len(kept.Accounts) != 2 {
		t.Errorf("%+v %v", kept, err)
	}
}

func awaitGone(t *testing.T, c *Client) {
	t.Helper()
	tick := time.NewTicker(stopPoll)
	defer tick.Stop()
	for {
		if _, err := c.Healthy(t.Context()); err != nil {
			return
		}
		<-tick.C
	}
}

func TestSomethingElseOnTheAddressIsSaid(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"service": "somebody else"})
	}))
	defer stranger.Close()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mute.Close() }()
	for name, addr := range map[string]string{
		"a web server": stranger.Listener.Addr().String(), "something that says nothing": mute.Addr().String(),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Ensure(t.Context(), "/nowhere", addr, t.TempDir(), demoSetup("http://127.0.0.1:1", 0))
			if !errors.Is(err, ErrNotSandbox) || !strings.Contains(err.Error(), addr) {
				t.Errorf("%v does not say that %s is taken", err, addr)
			}
		})
	}
}

func TestAProcessThatEndsAtOnceIsSaid(t *testing.T) {
	dir := t.TempDir()
	_, err := Ensure(t.Context(), "/bin/false", freeAddr(t), dir, demoSetup("http://127.0.0.1:1", 0))
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, logFile)) {
		t.Errorf("%v does not name the log", err)
	}
}

func TestOnlyLoopback(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "nonsense"} {
		if err := Run(t.Context(), Config{Addr: addr, Dir: t.TempDir()}); err == nil {
			t.Errorf("%s was listened on", addr)
		}
	}
}

func TestConfigIsCheckedBeforeItIsKept(t *testing.T) {
	dir := t.TempDir()
	setup := demoSetup("http://127.0.0.1:1", 0)
	v := startVendor(t, dir, &setup)
	for name, bad := range map[string]func(*Setup){
		"webhooks_url": func(s *Setup) { s.WebhooksURL = "127.0.0.1:8081" },
		"app_secret":   func(s *Setup) { s.Accounts[0].AppSecret = "" },
		"auth_token":   func(s *Setup) { s.Accounts[1].AuthToken = "" },
		"provider":     func(s *Setup) { s.Accounts[1].Provider = "pigeon" },
		"twice":        func(s *Setup) { s.Accounts[1].Name = "wa-main" },
	} {
		setup := demoSetup("http://127.0.0.1:1", 0)
		bad(&setup)
		if err := v.Configure(t.Context(), setup); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not say %s", err, name)
		}
	}
	if kept, err := loadSetup(dir); err != nil || len(kept.Accounts) != 2 || kept.Accounts[0].AppSecret != waSecret {
		t.Errorf("%+v %v", kept, err)
	}
}

func TestTheFolderIsFreeWhenStopReturns(t *testing.T) {
	addr, dir := freeAddr(t), t.TempDir()
	for range 3 {
		c, _ := ensure(t, addr, dir, demoSetup("http://127.0.0.1:1", 0))
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
