package delivery

import (
	"testing"
	"time"
)

func TestAPlaceThatNobodyComesForIsForgotten(t *testing.T) {
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	policy := Policy{AccountRate: 1, AccountBurst: 1, RecipientRate: 1, RecipientBurst: 1}
	p := newPacer()
	p.wait("main", "main/ann", policy, now)
	for _, lane := range []string{"main/opted out", "main/still there"} {
		if p.wait("main", lane, policy, now) == 0 {
			t.Fatalf("%s did not have to wait", lane)
		}
	}
	p.forget(now.Add(2 * time.Second)) // the times of both have just come
	if p.wait("main", "main/still there", policy, now.Add(2*time.Second)) > 0 {
		t.Error("who comes at its time has lost its place")
	}
	p.forget(now.Add(time.Hour))
	if len(p.booked)+len(p.recipients) > 0 {
		t.Errorf("an hour later there are %d places and %d recipients", len(p.booked), len(p.recipients))
	}
}
