package seal_test

import (
	"bytes"
	"testing"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
)

func TestBlindFindsTheSameValueAfterARestart(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, db *store.DB, kek seal.KEK) {
		before := k.Blind("aurora", "phone", "+12125550101")
		after := openKeeper(t, db, kek).Blind("aurora", "phone", "+12125550101")
		if !bytes.Equal(before, after) {
			t.Error("the hash of a phone number changed over a restart")
		}
	})
}

func TestBlindTellsApart(t *testing.T) {
	k := sealtest.New(t)
	phone := k.Blind("aurora", "phone", "+12125550101")
	if len(phone) != 32 {
		t.Errorf("%d bytes, want 32", len(phone))
	}
	others := map[string][]byte{
		"another tenant's":             k.Blind("borealis", "phone", "+12125550101"),
		"another kind of handle":       k.Blind("aurora", "wa_id", "+12125550101"),
		"another number":               k.Blind("aurora", "phone", "+12125550102"),
		"the same letters cut apart":   k.Blind("auror", "aphone", "+12125550101"),
		"another platform's same data": sealtest.New(t).Blind("aurora", "phone", "+12125550101"),
	}
	for name, other := range others {
		if bytes.Equal(phone, other) {
			t.Errorf("%s has the same hash", name)
		}
	}
}
