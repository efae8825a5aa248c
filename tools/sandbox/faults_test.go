package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// outcomes of n sends to each of several recipients, alternating between the vendors.
func outcomes(t *testing.T, seed uint64, n int) []string {
	t.Helper()
	setup := demoSetup("http://127.0.0.1:1", seed)
	v := startVendor(t, t.TempDir(), &setup)
	var got []string
	for i := range n {
		to := fmt.Sprintf("+1212555%04d", 101+i%7)
		text := fmt.Sprint("message ", i)
		if i%2 == 0 {
			status, _, body := v.graph(t, waToken, waNumber, whatsAppText(to, text, "d"))
			got = append(got, fmt.Sprint(status, strings.Contains(string(body), "130429")))
			continue
		}
		status, header, body := v.sms(t, sid, sidToken, smsForm(to, text, ""))
		if status == http.StatusTooManyRequests && header.Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
		got = append(got, fmt.Sprint(status, strings.Contains(string(body), "20429")))
	}
	checkAccepted(t, v, got)
	return got
}

// checkAccepted: what was answered 2xx and what lost its answer is there, in order; what was refused is not.
func checkAccepted(t *testing.T, v *vendor, outcomes []string) {
	t.Helper()
	var want []string
	for i, o := range outcomes {
		if strings.HasPrefix(o, "20") || strings.HasPrefix(o, "0") {
			want = append(want, fmt.Sprint("message ", i))
		}
	}
	deliveries, err := v.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range deliveries {
		got = append(got, d.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("accepted %v, want %v", got, want)
	}
}

func TestFaultsAreTheSameForTheSameSeed(t *testing.T) {
	const n = 300
	first, second, other, none := outcomes(t, 42, n), outcomes(t, 42, n), outcomes(t, 43, n), outcomes(t, 0, n)
	if !slices.Equal(first, second) {
		t.Error("the same seed misbehaved differently")
	}
	if slices.Equal(first, other) {
		t.Error("another seed misbehaved the same")
	}
	count := map[string]int{}
	for _, o := range first {
		count[o]++
	}
	for _, kind := range []string{"0 false", "429 true", "503 false"} {
		if count[kind] == 0 || count[kind] > n/5 {
			t.Errorf("%d times %q in %v", count[kind], kind, count)
		}
	}
	for _, o := range none {
		if !strings.HasPrefix(o, "20") {
			t.Fatalf("without a seed: %s", o)
		}
	}
}

func TestFaultsDelayReorderAndDuplicateStatuses(t *testing.T) {
	f := newFaults(42)
	reordered, duplicated := 0, 0
	for i := range 200 {
		_, dice := f.draw(WhatsApp, fmt.Sprint("+1212555", 1000+i))
		m := &message{Provider: WhatsApp, Time: time.Unix(0, 0)}
		plan(m, dice)
		if !slices.IsSortedFunc(m.Steps, func(a, b step) int { return a.Due.Compare(b.Due) }) {
			reordered++
		}
		if len(m.Steps) > 3 {
			duplicated++
		}
		for _, s := range m.Steps {
			if late := s.Due.Sub(m.Time); late < 0 || late > maxStatusDelay {
				t.Fatalf("a status comes after %v", late)
			}
		}
		if m.Ordered {
			t.Fatal("statuses wait for each other")
		}
	}
	if reordered < 20 || duplicated < 20 {
		t.Errorf("%d reordered, %d with duplicates, of 200", reordered, duplicated)
	}
}

func TestALostAnswerIsAMessageAllTheSame(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 42)
	v := startVendor(t, t.TempDir(), &setup)
	for i := range 500 {
		echo := fmt.Sprint("delivery_", i)
		status, _, _ := v.graph(t, waToken, waNumber, whatsAppText(daniel, echo, echo))
		if status != 0 {
			continue
		}
		for {
			h := parley.next(t)
			if strings.Contains(string(h.body), `"biz_opaque_callback_data":"`+echo+`"`) {
				checkMeta(t, h)
				break
			}
		}
		return
	}
	t.Fatal("no answer was lost")
}
