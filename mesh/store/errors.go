package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc/codes"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsUniqueViolation says whether the error is that of a second row with the same key.
func IsUniqueViolation(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return postgresCode(err) == "23505"
}

// sqliteCode is the extended result code (https://sqlite.org/rescode.html), 0 when the error is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// postgresCode is the SQLSTATE (PostgreSQL manual, appendix A), empty when the error is not PostgreSQL's.
func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// ruinous errors may have rolled back the whole SQLite transaction, or leave it in doubt
// (https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction).
func ruinous(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT,
		sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

// lost says whether a PostgreSQL transaction was given up in favour of another and deserves another run:
// serialization_failure, deadlock_detected.
func lost(err error) bool {
	code := postgresCode(err)
	return code == "40001" || code == "40P01"
}

// away says whether the PostgreSQL server could not be asked, or is stopping or out of resources: classes 08, 53, 57P.
func away(err error) bool {
	if code := postgresCode(err); code != "" {
		return code[:2] == "08" || code[:2] == "53" || code[:3] == "57P"
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &connect) || errors.As(err, &network)
}

// public makes what may pass by itself a fault UNAVAILABLE, so that callers retry it. Faults stay as they are.
func public(err error) error {
	if err == nil {
		return nil
	}
	var already *fault.Error
	if errors.As(err, &already) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if ruinous(err) || away(err) {
		return fault.New(codes.Unavailable, "STORE_UNAVAILABLE", "the store cannot be used at the moment").Because(err)
	}
	if lost(err) {
		return fault.New(codes.Unavailable, "STORE_CONTENDED", "too many changes to the same rows at once").Because(err)
	}
	return err
}
