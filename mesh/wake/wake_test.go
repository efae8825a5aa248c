package wake_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

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

func TestAWatchLooksWhenItIsWokenAndAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var watchers wake.Watchers[string]
		changed, stop := watchers.Add("ana")
		defer stop()
		began, seen := time.Now(), errors.New("seen enough")
		var looks []time.Duration
		err := wake.Watch(t.Context(), changed, time.Minute, func(context.Context) error {
			looks = append(looks, time.Since(began))
			switch len(looks) {
			case 1:
				watchers.Wake("ana")
			case 3:
				return seen
			}
			return nil
		})
		if want := []time.Duration{0, 0, time.Minute}; !errors.Is(err, seen) || !slices.Equal(looks, want) {
			t.Errorf("looked at %v, %v; want %v", looks, err, want)
		}
	})
	ended, end := context.WithCancel(t.Context())
	end()
	if err := wake.Watch(ended, nil, time.Minute, func(context.Context) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended watch: %v", err)
	}
}
