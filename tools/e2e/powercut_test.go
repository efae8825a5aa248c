package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store/storetest/powercut"
)

// A turn is one webhook of the crash test: the sender's nth message.
type turn struct{ sender, n int }

// powerTurns are the first that Parley ever hears, on either channel, of people it knows and of strangers, and one who
// writes again.
var powerTurns = []turn{{0, 0}, {9, 0}, {10, 0}, {0, 1}}

// powerCrowd is how many write at once when power fails in the middle.
const powerCrowd = 12

// TestWhatWasAnswered200SurvivesAPowerCut runs `up` under strace and starts it again on what a power cut would have left:
// at the very moment at which a message was answered 200, and while answers are under way. The vendors have no power cut:
// they know what they knew at that moment.
func TestWhatWasAnswered200SurvivesAPowerCut(t *testing.T) {
	t.Parallel()
	u := newUp(t, plain)
	trace := filepath.Join(u.dir, "trace")
	stopVendors := u.runTraced(trace)

	vendors := make([]string, len(powerTurns))
	for i, turn := range powerTurns {
		vendors[i] = filepath.Join(u.dir, "vendors-"+strconv.Itoa(i))
		copyFolder(t, u.vendors(), vendors[i])
		u.mark(i)
		if status := postTurn(u, turn.sender, turn.n); status != http.StatusOK {
			t.Fatalf("message %d was answered %d", i, status)
		}
		u.awaitAnswers(turn.sender, turn.n+1)
	}
	accepted, refused := u.postUntilKilled()
	stopVendors()

	for i := range powerTurns {
		t.Run(fmt.Sprintf("at the 200 of message %d", i), func(t *testing.T) {
			after := u.afterPowerCut(t, trace, vendors[i], at200(i))
			tellsEachOnce(t, after, powerTurns[:i+1])
		})
	}
	t.Run("while answers are under way", func(t *testing.T) {
		after := u.afterPowerCut(t, trace, u.vendors(), nil)
		for _, turn := range refused { // posted again, as vendors do
			if status := postTurn(after, turn.sender, turn.n); status != http.StatusOK {
				t.Errorf("%+v was answered %d", turn, status)
			}
		}
		tellsEachOnce(t, after, slices.Concat(powerTurns, accepted, refused))
	})
}

// vendors is the folder of the sandbox.
func (u *up) vendors() string { return u.data() + "-sandbox" }

// runTraced starts the sandbox by itself, so that it is not traced, and then `up` under strace.
func (u *up) runTraced(trace string) (stopVendors func()) {
	u.t.Helper()
	sandbox := exec.Command(u.binary, "sandbox", "--addr", u.sandbox, "--dir", u.vendors())
	if err := sandbox.Start(); err != nil {
		u.t.Fatal(err)
	}
	stopVendors = sync.OnceFunc(func() {
		u.stopSandbox()
		_ = sandbox.Wait()
	})
	u.t.Cleanup(stopVendors)
	u.await(20*time.Second, "the sandbox is there", func() bool {
		response, err := http.Get("http://" + u.sandbox + "/healthz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	})
	traced := powercut.Command(u.t.Context(), trace, u.binary, u.commandLine()...)
	u.t.Cleanup(func() { _ = powercut.Kill(traced) })
	u.launch(traced)
	return stopVendors
}

// mark leaves a mark in the trace: the answer to the vendor's verification of the webhook. The next request goes over the
// same connection.
func (u *up) mark(i int) {
	get(u.t, "http://"+u.webhooks+"/webhooks/whatsapp/wa-main?hub.mode=subscribe&hub.verify_token=demo-whatsapp-verify&hub.challenge="+mark(i))
}

func mark(i int) string { return "power-" + strconv.Itoa(i) }

// at200 is the moment at which the first request after the mark is answered 200.
func at200(i int) func(powercut.Call) bool {
	connection := ""
	return func(c powercut.Call) bool {
		if c.Name == "write" && bytes.HasSuffix(c.Data, []byte(mark(i))) {
			connection = c.Path
			return false
		}
		return c.Name == "write" && c.Path == connection && bytes.HasPrefix(c.Data, []byte("HTTP/1.1 200 "))
	}
}

// postUntilKilled lets a crowd write at once, and power fail when half of them have been answered 200.
func (u *up) postUntilKilled() (accepted, refused []turn) {
	u.t.Helper()
	const firstStranger = 20
	statuses := make([]int, powerCrowd)
	var answered atomic.Int64
	var posting sync.WaitGroup
	for i := range statuses {
		posting.Go(func() {
			statuses[i] = postTurn(u, firstStranger+i, 0)
			if statuses[i] != http.StatusOK || answered.Add(1) != powerCrowd/2 {
				return
			}
			if err := powercut.Kill(u.process); err != nil {
				u.t.Error(err)
			}
		})
	}
	posting.Wait()
	u.exited <- <-u.exited
	for i, status := range statuses {
		if status == http.StatusOK {
			accepted = append(accepted, turn{firstStranger + i, 0})
		} else {
			refused = append(refused, turn{firstStranger + i, 0})
		}
	}
	u.t.Logf("of the crowd %d were answered 200 and %d were not", len(accepted), len(refused))
	return accepted, refused
}

// afterPowerCut starts `up` on the files as they were fsynced at that moment; nil is when the program was killed.
func (u *up) afterPowerCut(t *testing.T, trace, vendors string, at func(powercut.Call) bool) *up {
	t.Helper()
	after := &up{t: t, binary: u.binary, dir: t.TempDir(), api: u.api, webhooks: u.webhooks, sandbox: u.sandbox, smtp: u.smtp}
	if err := powercut.Rebuild(trace, u.data(), after.data(), at); err != nil {
		t.Fatal(err)
	}
	copyFolder(t, vendors, after.vendors())
	t.Cleanup(after.stopSandbox)
	after.run()
	t.Cleanup(after.stop)
	return after
}

func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// lastReport is the last that the sandbox reports of a message, by channel: there are no read receipts for SMS.
var lastReport = map[string]string{"whatsapp": "DELIVERY_STATE_READ", "sms": "DELIVERY_STATE_DELIVERED"}

// awaitAnswers waits until the vendor has reported the last of n answers to the sender.
func (u *up) awaitAnswers(sender, n int) []message {
	u.t.Helper()
	var told []message
	u.await(60*time.Second, fmt.Sprintf("the last is reported of %[2]d answers to sender %[1]d", sender, n), func() bool {
		told = u.timeline(senderPhone(sender))
		reported := 0
		for _, m := range told {
			if m.Delivery.State == lastReport[m.Channel] {
				reported++
			}
		}
		return reported >= n
	})
	return told
}

// tellsEachOnce holds timeline and vendor to the turns: each is there once, is answered once, and the answer was accepted
// once.
func tellsEachOnce(t *testing.T, u *up, turns []turn) {
	t.Helper()
	texts := map[int][]string{}
	for _, turn := range turns {
		texts[turn.sender] = append(texts[turn.sender], turnText(turn.sender, turn.n))
	}
	for sender, want := range texts {
		told := u.awaitAnswers(sender, len(want))
		var got []string
		answers := map[string]int{}
		for _, m := range told {
			if m.Direction == inbound {
				got = append(got, m.Text)
			} else {
				answers[m.InReplyTo]++
			}
		}
		if !slices.Equal(got, want) || len(told) != 2*len(want) || len(answers) != len(want) {
			t.Errorf("sender %d: the timeline is %+v; want %q, each answered once", sender, told, want)
		}
		vendorHasEachOnce(t, u, sender, told)
	}
}
