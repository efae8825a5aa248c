// Package storetest gives tests a store: empty databases on both engines (Engines), or on SQLite alone (Open). The
// contract that both engines keep is the package's own test.
//
// PostgreSQL is real: a cluster of its own for each test process, started by the first test that needs it and gone with
// the process, however that ends.
package storetest
