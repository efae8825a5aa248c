package bus_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/bus/bustest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

// How far a lane was means nothing once keys are on other lanes. Of the two keys each has a lane of its own, then they
// share one, which must not take over where either lane of that number was.
func TestFewerLanesGoOverNothing(t *testing.T) {
	for slow, quick := range map[string]string{"anna": "boris", "boris": "anna"} {
		t.Run(slow+" is behind", func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, openDB func(t testing.TB, name string) *store.DB) {
				b, db := open(t, embedded(t)), openDB(t, "role")
				send(t, b, bustest.Event(t, slow, 1), bustest.Event(t, quick, 1), bustest.Event(t, slow, 2), bustest.Event(t, quick, 2))
				run{lanes: 2, stuck: "event_" + slow + "_1"}.handle(t, b, db, 2)
				run{lanes: 1, stuck: "event_" + slow + "_2"}.handle(t, b, db, 2)
				send(t, b, bustest.Event(t, "last", 1))
				if seen := (run{lanes: 1}).handle(t, b, db, 3); seen[slow] != 1 {
					t.Errorf("the second event of %s is lost: %v", slow, seen)
				}
			})
		})
	}
}
