// Package deliverytest is the contract of delivery.Store.
package deliverytest

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

const (
	pending   = contextv1.DeliveryState_DELIVERY_STATE_PENDING
	sent      = contextv1.DeliveryState_DELIVERY_STATE_SENT
	delivered = contextv1.DeliveryState_DELIVERY_STATE_DELIVERED
	read      = contextv1.DeliveryState_DELIVERY_STATE_READ
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func one(messageID, lane string) delivery.Delivery {
	return delivery.Delivery{
		ID: typeid.New("delivery"), Tenant: "acme", Account: "main", Lane: "main/" + lane, MessageID: messageID, CustomerID: "customer_1",
		Part: 1, Parts: 1, Payload: []byte("sealed"), Phase: delivery.Pending, State: pending, CreateTime: noon, UpdateTime: noon,
	}
}

type suite struct {
	*testing.T
	store delivery.Store
}

func (s suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s suite) add(messageID, lane string) delivery.Delivery {
	s.Helper()
	d := one(messageID, lane)
	s.must(s.store.Add(s.Context(), []delivery.Delivery{d}))
	return d
}

func (s suite) update(id string, change func(*delivery.Delivery)) delivery.Delivery {
	s.Helper()
	d, err := s.store.Update(s.Context(), id, noon.Add(time.Minute), func(d *delivery.Delivery) bool {
		change(d)
		return true
	})
	s.must(err)
	return d
}

func (s suite) settle(id string) { s.update(id, func(d *delivery.Delivery) { d.Fold(sent, "") }) }

// TestStore runs the contract; make gives an empty store.
func TestStore(t *testing.T, make func(testing.TB) delivery.Store) {
	for name, test := range map[string]func(suite){
		"a message is delivered once however often it is taken":  addTwice,
		"the head of a lane is its oldest open delivery":         head,
		"every field comes back as it was written":               roundTrip,
		"changes at once do not lose each other":                 concurrent,
		"a status that comes before the send response waits":     early,
		"a delivery is found by our reference or the vendor's":   find,
		"what the timeline does not know is found and forgotten": unreported,
		"deliveries are listed by tenant, account and message":   list,
		"who opted out is suppressed until they opt in":          suppress,
		"the last time that a customer wrote only rises":         heard,
		"when a customer wrote is forgotten with their window":   heardLongAgo,
		"what is settled and old is forgotten, what is open not": purge,
	} {
		t.Run(name, func(t *testing.T) { test(suite{t, make(t)}) })
	}
}

func addTwice(s suite) {
	first := s.add("message_1", "ann")
	s.add("message_1", "ann")
	parts, err := s.store.Parts(s.Context(), "message_1")
	if err != nil || len(parts) != 1 || parts[0].ID != first.ID {
		s.Errorf("parts: %+v, %v", parts, err)
	}
}

func head(s suite) {
	first, second := s.add("message_1", "ann"), s.add("message_2", "ann")
	s.add("message_3", "ben")
	s.wantHead("main/ann", first.ID)
	s.settle(first.ID)
	s.wantHead("main/ann", second.ID)
	s.settle(second.ID)
	if _, err := s.store.Head(s.Context(), "main", "main/ann"); !errors.Is(err, delivery.ErrNone) {
		s.Errorf("the head of a lane that is done: %v", err)
	}
	lanes, err := s.store.OpenLanes(s.Context(), "main", "", 10)
	if err != nil || !slices.Equal(lanes, []string{"main/ben"}) {
		s.Errorf("open lanes: %q, %v", lanes, err)
	}
	if lanes, err := s.store.OpenLanes(s.Context(), "other", "", 10); err != nil || len(lanes) > 0 {
		s.Errorf("open lanes of another account: %q, %v", lanes, err)
	}
}

func (s suite) wantHead(lane, id string) {
	s.Helper()
	if d, err := s.store.Head(s.Context(), "main", lane); err != nil || d.ID != id {
		s.Errorf("the head is %s, want %s: %v", d.ID, id, err)
	}
}

func roundTrip(s suite) {
	id := s.add("message_1", "ann").ID
	want := s.update(id, func(d *delivery.Delivery) {
		d.Phase, d.State, d.Reason = delivery.Unsure, contextv1.DeliveryState_DELIVERY_STATE_UNKNOWN, "NO_ANSWER"
		d.ExternalKey, d.ExternalID = []byte("key"), []byte("sealed id")
		d.Attempts, d.AttemptTime, d.Resends, d.NextTime = 2, noon.Add(time.Second), 1, noon.Add(time.Hour)
	})
	got, err := s.store.Head(s.Context(), "main", "main/ann")
	if err != nil || !reflect.DeepEqual(got, want) {
		s.Errorf("read %+v\nwrote %+v: %v", got, want, err)
	}
	if !got.UpdateTime.Equal(noon.Add(time.Minute)) {
		s.Errorf("update time %v", got.UpdateTime)
	}
	if _, err := s.store.Update(s.Context(), typeid.New("delivery"), noon, nil); !errors.Is(err, delivery.ErrNone) {
		s.Errorf("update of none: %v", err)
	}
}

func concurrent(s suite) {
	id := s.add("message_1", "ann").ID
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := s.store.Update(s.Context(), id, noon, func(d *delivery.Delivery) bool {
				d.Attempts++
				return true
			})
			if err != nil {
				s.Error(err)
			}
		})
	}
	all.Wait()
	if d, _ := s.store.Head(s.Context(), "main", "main/ann"); d.Attempts != 20 {
		s.Errorf("%d of 20 changes are there", d.Attempts)
	}
}

func early(s suite) {
	id := s.add("message_1", "ann").ID
	for _, state := range []contextv1.DeliveryState{read, delivered} {
		known, err := s.store.Await(s.Context(), "main", []byte("key"), state, "", noon)
		if err != nil || known {
			s.Fatalf("await: %v, %v", known, err)
		}
	}
	d := s.update(id, func(d *delivery.Delivery) {
		d.Fold(sent, "")
		d.ExternalKey = []byte("key")
	})
	if d.State != read {
		s.Errorf("after the send response the state is %v, want read", d.State)
	}
	if known, err := s.store.Await(s.Context(), "main", []byte("key"), delivered, "", noon); err != nil || !known {
		s.Errorf("a status for a key that is known by now: %v, %v", known, err)
	}
}

func find(s suite) {
	id := s.add("message_1", "ann").ID
	s.update(id, func(d *delivery.Delivery) { d.ExternalKey = []byte("key") })
	for name, c := range map[string]struct {
		account, id, key string
		want             error
	}{
		"by our reference":                       {"main", id, "", nil},
		"by the vendor's id":                     {"main", "", "key", nil},
		"by the vendor's id, reference not ours": {"main", "delivery_of_another_system", "key", nil},
		"of another account":                     {"other", id, "key", delivery.ErrNone},
		"by an unknown id":                       {"main", "", "no key", delivery.ErrNone},
	} {
		d, err := s.store.Find(s.Context(), c.account, c.id, []byte(c.key))
		if !errors.Is(err, c.want) || err == nil && d.ID != id {
			s.Errorf("%s: %v, %v", name, d.ID, err)
		}
	}
}

func unreported(s suite) {
	s.add("message_1", "ann")
	second := s.add("message_2", "ann")
	s.wantUnreported()
	s.settle(second.ID)
	s.wantUnreported("message_2")
	known, err := s.store.Parts(s.Context(), "message_2")
	s.must(err)
	s.update(second.ID, func(d *delivery.Delivery) { d.Fold(read, "") })
	s.must(s.store.Reported(s.Context(), known))
	s.wantUnreported("message_2")
	known, err = s.store.Parts(s.Context(), "message_2")
	s.must(err)
	s.must(s.store.Reported(s.Context(), known))
	s.wantUnreported()
}

func (s suite) wantUnreported(want ...string) {
	s.Helper()
	if got, err := s.store.Unreported(s.Context(), "", 10); err != nil || !slices.Equal(got, want) {
		s.Errorf("unreported: %q, want %q: %v", got, want, err)
	}
}

func list(s suite) {
	first, second, third := s.add("message_1", "ann"), s.add("message_2", "ben"), s.add("message_3", "ann")
	for name, c := range map[string]struct {
		tenant, after string
		filter        delivery.Filter
		want          []string
	}{
		"everything":      {"acme", "", delivery.Filter{}, []string{first.ID, second.ID, third.ID}},
		"the next page":   {"acme", first.ID, delivery.Filter{Account: "main"}, []string{second.ID, third.ID}},
		"one message":     {"acme", "", delivery.Filter{MessageID: "message_2"}, []string{second.ID}},
		"another account": {"acme", "", delivery.Filter{Account: "other"}, nil},
		"another tenant":  {"other", "", delivery.Filter{}, nil},
	} {
		found, err := s.store.List(s.Context(), c.tenant, c.filter, c.after, 10)
		var ids []string
		for _, d := range found {
			ids = append(ids, d.ID)
		}
		if err != nil || !slices.Equal(ids, c.want) {
			s.Errorf("%s: %q, want %q: %v", name, ids, c.want, err)
		}
	}
}

func suppress(s suite) {
	ann := []byte("hash of ann")
	s.wantSuppressed("main", ann, false)
	s.must(s.store.Suppress(s.Context(), "main", ann, noon))
	s.must(s.store.Suppress(s.Context(), "main", ann, noon))
	s.wantSuppressed("main", ann, true)
	s.wantSuppressed("other", ann, false)
	s.must(s.store.Unsuppress(s.Context(), "main", ann))
	s.wantSuppressed("main", ann, false)
}

func (s suite) wantSuppressed(account string, address []byte, want bool) {
	s.Helper()
	if got, err := s.store.Suppressed(s.Context(), account, address); err != nil || got != want {
		s.Errorf("suppressed on %s: %v, want %v: %v", account, got, want, err)
	}
}

func heard(s suite) {
	ann := []byte("hash of ann")
	if at, err := s.store.LastHeard(s.Context(), "main", ann); err != nil || !at.IsZero() {
		s.Errorf("before they wrote: %v, %v", at, err)
	}
	for _, at := range []time.Time{noon, noon.Add(time.Hour), noon.Add(time.Minute)} {
		s.must(s.store.Heard(s.Context(), "main", ann, at))
	}
	if at, err := s.store.LastHeard(s.Context(), "main", ann); err != nil || !at.Equal(noon.Add(time.Hour)) {
		s.Errorf("last heard %v, %v", at, err)
	}
}

func heardLongAgo(s suite) {
	ann, ben := []byte("hash of ann"), []byte("hash of ben")
	s.must(s.store.Heard(s.Context(), "main", ann, noon))
	s.must(s.store.Heard(s.Context(), "main", ben, noon.Add(time.Second)))
	s.must(s.store.PurgeDeliveries(s.Context(), noon.Add(delivery.KeepHeard+time.Second)))
	if at, err := s.store.LastHeard(s.Context(), "main", ann); err != nil || !at.IsZero() {
		s.Errorf("heard of longer ago than any window lasts: %v, %v", at, err)
	}
	if at, err := s.store.LastHeard(s.Context(), "main", ben); err != nil || at.IsZero() {
		s.Errorf("heard of within the longest window: %v, %v", at, err)
	}
}

func purge(s suite) {
	open, settled := s.add("message_1", "ann"), s.add("message_2", "ben")
	s.settle(settled.ID)
	parts, err := s.store.Parts(s.Context(), "message_2")
	s.must(err)
	s.must(s.store.Reported(s.Context(), parts))
	s.must(s.store.PurgeDeliveries(s.Context(), noon.Add(delivery.KeepSettled+time.Second)))
	found, err := s.store.List(s.Context(), "acme", delivery.Filter{}, "", 10)
	if err != nil || len(found) != 1 || found[0].ID != open.ID {
		s.Errorf("left: %+v, %v", found, err)
	}
}
