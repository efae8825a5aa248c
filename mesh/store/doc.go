// Package store is one way to keep rows on two engines: SQLite, one file per service, and PostgreSQL, a schema per
// service. The same portable SQL runs on both, and the same contract (package storetest) is proven on both.
//
// A statement is portable when it keeps to `$1` parameters, `INSERT ... ON CONFLICT ... DO UPDATE ... RETURNING`,
// BIGINT microseconds for times (Micros, Time), BOOLEAN, TEXT for strings and BYTEA for []byte. `FOR UPDATE SKIP
// LOCKED`, `= ANY($1)`, `now()`, `::`, IDENTITY and `->>` are not.
//
// What the engines do differently ends here:
//
//   - Writes. On SQLite every Write is a closure that shares a transaction, and one fsync, with the closures that wait
//     beside it (writer.go). On PostgreSQL it is a SERIALIZABLE transaction of its own, run again when it loses
//     against another (postgresql.go): the default isolation loses updates.
//   - Reads. Query and QueryRow cannot write, on either engine.
//   - Errors. A statement that failed fails its whole Write, also when the closure overlooks the error: PostgreSQL
//     refuses the rest of such a transaction, SQLite would carry on.
//   - Types. SQLite would keep a []byte bound to a TEXT column as a blob that `= 'text'` never matches; Migrate puts
//     a guard on every TEXT column that refuses it.
package store
