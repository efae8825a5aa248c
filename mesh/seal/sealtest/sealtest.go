// Package sealtest gives tests a real Keeper.
package sealtest

import (
	"testing"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

// New is a Keeper with a fresh key-encryption key over an empty store.
func New(t testing.TB) *seal.Keeper {
	t.Helper()
	kek, _ := seal.NewKEK()
	k, err := seal.Open(t.Context(), storetest.Open(t, "seal"), kek)
	if err != nil {
		t.Fatalf("open a keeper for the test: %v", err)
	}
	return k
}
