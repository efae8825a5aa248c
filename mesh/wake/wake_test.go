package wake_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/wake"
)

func woken(changed <-chan struct{}) bool {
	select {
	case <-changed:
		return true
	default:
		return false
	}
}

func TestWatchersAreWokenForWhatTheyWatch(t *testing.T) {
	var watchers wake.Watchers[string]
	ana, stopAna := watchers.Add("ana")
	too, stopToo := watchers.Add("ana")
	luis, stopLuis := watchers.Add("luis")
	defer stopLuis()

	watchers.Wake("ana")
	watchers.Wake("ana")
	if !woken(ana) || !woken(too) || woken(luis) {
		t.Error("a change of ana's wakes both who watch ana, and nobody else")
	}
	if woken(ana) {
		t.Error("two changes before anybody looked wake once")
	}

	stopAna()
	watchers.Wake("ana")
	if woken(ana) || !woken(too) {
		t.Error("who stopped is not woken, and who did not is")
	}
	stopToo()
	watchers.Wake("ana")
}
