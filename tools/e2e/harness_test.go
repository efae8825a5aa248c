package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// up is one `parley up` with its addresses and folders; it can be killed and started again.
type up struct {
	t                            testing.TB
	dir                          string
	api, webhooks, sandbox, smtp string
	args, env                    []string
	binary                       string
	process                      *exec.Cmd
	exited                       chan error
}

// start runs `parley up` on fresh folders and free ports and waits until it is ready.
func start(t testing.TB, args ...string) *up {
	t.Helper()
	return startWith(t, nil, args...)
}

// startPlain is start of the binary that nobody watches.
func startPlain(t testing.TB, args ...string) *up {
	t.Helper()
	return startBinary(t, plain, nil, args...)
}

// startWith adds to the environment.
func startWith(t testing.TB, env []string, args ...string) *up {
	t.Helper()
	return startBinary(t, watched, env, args...)
}

func startBinary(t testing.TB, binary string, env []string, args ...string) *up {
	t.Helper()
	u := newUp(t, binary)
	u.args, u.env = args, env
	u.run()
	t.Cleanup(u.stopSandbox)
	t.Cleanup(u.stop)
	return u
}

// newUp has fresh folders and free ports.
func newUp(t testing.TB, binary string) *up {
	t.Helper()
	return &up{
		t: t, binary: binary, dir: t.TempDir(),
		api: freeAddress(t), webhooks: freeAddress(t), sandbox: freeAddress(t), smtp: freeAddress(t),
	}
}

// in is the same process in a part of the test, which neither kills it nor starts it again.
func (u *up) in(t testing.TB) *up {
	part := *u
	part.t = t
	return &part
}

// run starts the process again after kill or stop.
func (u *up) run() {
	u.t.Helper()
	u.launch(exec.Command(u.binary, u.commandLine()...))
}

func (u *up) commandLine() []string {
	return append([]string{
		"up", "--data", u.data(), "--config", "../../deploy/demo/parley.yaml",
		"--api", u.api, "--webhooks", u.webhooks, "--sandbox", u.sandbox, "--smtp", u.smtp,
	}, u.args...)
}

// launch starts a command that is, or leads to, `up`.
func (u *up) launch(command *exec.Cmd) {
	u.t.Helper()
	u.process = command
	u.process.Env = append(os.Environ(), u.env...)
	output, err := os.OpenFile(u.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		u.t.Fatal(err)
	}
	defer output.Close() //nolint:errcheck // the child writes, not we
	u.process.Stdout, u.process.Stderr = output, output
	if err := u.process.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.exited = make(chan error, 1)
	go func(p *exec.Cmd, exited chan error) { exited <- p.Wait() }(u.process, u.exited)
	u.await(60*time.Second, "up is ready", func() bool {
		select {
		case err := <-u.exited:
			u.exited <- err
			u.t.Fatalf("parley ended: %v\n%s", err, u.tail())
		default:
		}
		response, err := http.Get("http://" + u.api + "/healthz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

func (u *up) data() string { return filepath.Join(u.dir, "data") }
func (u *up) log() string  { return filepath.Join(u.dir, "up.log") }

func (u *up) logged() string {
	u.t.Helper()
	logged, err := os.ReadFile(u.log())
	if err != nil {
		u.t.Fatal(err)
	}
	return string(logged)
}

// kill is SIGKILL: nothing is flushed, nothing is said.
func (u *up) kill() {
	u.t.Helper()
	if err := u.process.Process.Signal(syscall.SIGKILL); err != nil {
		u.t.Fatal(err)
	}
	u.exited <- <-u.exited
}

// stop is Ctrl-C; the process must end by itself, cleanly.
func (u *up) stop() {
	u.t.Helper()
	select {
	case err := <-u.exited:
		u.exited <- err
		return
	default:
	}
	if err := u.process.Process.Signal(os.Interrupt); err != nil {
		u.t.Fatal(err)
	}
	select {
	case err := <-u.exited:
		u.exited <- err
		if err != nil {
			u.t.Errorf("after Ctrl-C: %v\n%s", err, u.tail())
		}
	case <-time.After(30 * time.Second):
		u.t.Errorf("still running 30 s after Ctrl-C\n%s", u.tail())
		u.kill()
	}
}

// stopSandbox ends a sandbox that outlived a killed up.
func (u *up) stopSandbox() {
	response, err := http.Post("http://"+u.sandbox+"/stop", "application/json", nil)
	if err == nil {
		response.Body.Close()
	}
}

func (u *up) tail() string {
	output, _ := os.ReadFile(u.log())
	return string(output[max(0, len(output)-6000):])
}

// call calls a method as a partner does, with the demo key, and answers the HTTP status.
func (u *up) call(method string, request any, response any) int {
	u.t.Helper()
	return u.callWith("demo-api-key", method, request, response)
}

func (u *up) callWith(key, method string, request any, response any) int {
	u.t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		u.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, "http://"+u.api+"/"+method, bytes.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		u.t.Fatalf("call %s: %v", method, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		u.t.Fatalf("call %s: %v", method, err)
	}
	if response != nil {
		if err := json.Unmarshal(raw, response); err != nil {
			u.t.Fatalf("call %s: %d %s", method, answer.StatusCode, raw)
		}
	}
	return answer.StatusCode
}

// message is one line of the timeline.
type message struct {
	ID             string
	ConversationID string
	Sequence       string
	Channel        string
	Direction      string
	Text           string
	InReplyTo      string
	ExternalID     string
	Content        struct{ Kind, VendorKind string }
	Delivery       struct{ State, FailureReason string }
}

const (
	inbound  = "DIRECTION_INBOUND"
	outbound = "DIRECTION_OUTBOUND"
)

// customer resolves a phone number; empty when nobody has it.
func (u *up) customer(phone string) string {
	u.t.Helper()
	var found struct{ Customer struct{ ID string } }
	handle := map[string]any{"handle": map[string]any{"kind": "HANDLE_KIND_PHONE", "value": phone}}
	u.call("parley.identity.v1.IdentityService/ResolveCustomer", handle, &found)
	return found.Customer.ID
}

// timeline is everything said with whoever has the phone number, oldest first.
func (u *up) timeline(phone string) []message {
	u.t.Helper()
	id := u.customer(phone)
	if id == "" {
		return nil
	}
	var all []message
	token := ""
	for {
		var page struct {
			Messages      []message
			NextPageToken string
		}
		request := map[string]any{"customerId": id, "pageToken": token}
		if status := u.call("parley.context.v1.ContextService/ListMessages", request, &page); status != http.StatusOK {
			u.t.Fatalf("ListMessages answered %d", status)
		}
		all = append(all, page.Messages...)
		if token = page.NextPageToken; token == "" {
			return all
		}
	}
}

// delivery is what a vendor accepted.
type delivery struct {
	Provider, Account, To, Text, Raw string
	Time                             time.Time
}

func (u *up) deliveries(to string) []delivery {
	u.t.Helper()
	response, err := http.Get("http://" + u.sandbox + "/deliveries?to=" + queryEscape(to))
	if err != nil {
		u.t.Fatal(err)
	}
	defer response.Body.Close()
	var all []delivery
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		u.t.Fatal(err)
	}
	return all
}

// reply waits for the nth delivery to the address, from 1, and answers its text.
func (u *up) reply(to string, n int) string {
	u.t.Helper()
	var got []delivery
	u.await(time.Minute, fmt.Sprintf("delivery %d to %s", n, to), func() bool {
		got = u.deliveries(to)
		return len(got) >= n
	})
	return got[n-1].Text
}

// await polls what cannot be waited on: another process.
func (u *up) await(limit time.Duration, what string, done func() bool) {
	u.t.Helper()
	u.awaitEvery(25*time.Millisecond, limit, what, done)
}

// awaitEvery is await for what is dear to look at.
func (u *up) awaitEvery(interval, limit time.Duration, what string, done func() bool) {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			u.t.Fatalf("gave up after %v waiting until %s\n%s", limit, what, u.tail())
		case <-tick.C:
		}
	}
}

// freeAddress stays free while nobody listens on it, as between a kill and the start after it: it is below the ports that outgoing
// connections are given (ip_local_port_range).
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := "127.0.0.1:" + strconv.Itoa(10_000+rand.IntN(20_000))
		listener, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		listener.Close()
		return address
	}
	t.Fatal("no free port was found")
	return ""
}
