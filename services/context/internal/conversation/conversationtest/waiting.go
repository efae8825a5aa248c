package conversationtest

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

func change(customer, key string, kind conversation.ChangeKind, at time.Duration) conversation.Change {
	id := typeid.New("change")
	return conversation.Change{
		ID: id, BoundTo: id, Tenant: tenant, Account: "sms-main", ExternalKey: []byte(key), CustomerID: customer, Kind: kind,
		Sealed: conversation.Sealed(id), OccurredTime: start.Add(at), WaitTime: start.Add(at),
	}
}

func wait(t testing.TB, s conversation.Store, most int, changes ...conversation.Change) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		for _, c := range changes {
			if err := tx.Wait(ctx, c, most); err != nil {
				return err
			}
		}
		return nil
	})
}

func waiting(t *testing.T, s conversation.Store) {
	const customer, key = "customer", "key"
	newest := change(customer, key, conversation.ChangeEdit, 2*time.Second)
	deletion := change(customer, key, conversation.ChangeDeletion, time.Second)
	deletion.Sealed = nil
	wait(t, s, 9, change(customer, key, conversation.ChangeEdit, 0), newest,
		change(customer, key, conversation.ChangeEdit, time.Second), deletion,
		change(customer, "another message", conversation.ChangeEdit, 0))
	look := func() []conversation.Change {
		return must(s.Waiting(t.Context(), tenant, "sms-main", []byte(key)))(t)
	}
	if got, want := look(), []conversation.Change{deletion, newest}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	drop := func(account string) {
		write(t, s, func(ctx context.Context, tx conversation.Tx) error {
			return tx.DropWaiting(ctx, tenant, account, []byte(key))
		})
	}
	if drop("another account"); len(look()) != 2 {
		t.Error("another account's changes were dropped")
	}
	if drop("sms-main"); len(look()) != 0 {
		t.Error("changes wait that were dropped")
	}
}

func waitingIsBounded(t *testing.T, s conversation.Store) {
	const most = 3
	wait(t, s, most, change("somebody else", "0", conversation.ChangeReaction, 0))
	for i := range 2 * most {
		wait(t, s, most, change("customer", strconv.Itoa(i), conversation.ChangeEdit, time.Duration(i)*time.Second))
	}
	var kept []string
	for i := range 2 * most {
		for _, c := range must(s.Waiting(t.Context(), tenant, "sms-main", []byte(strconv.Itoa(i))))(t) {
			kept = append(kept, c.CustomerID+strconv.Itoa(i))
		}
	}
	if want := []string{"somebody else0", "customer3", "customer4", "customer5"}; !slices.Equal(kept, want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
}
