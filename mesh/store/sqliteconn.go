package store

import (
	"context"
	"database/sql"
)

// preparedLimit bounds the statements kept prepared: texts built at run time, as IN lists are, have no end.
const preparedLimit = 512

// sqliteConn is the writer's connection. It keeps statements prepared, which takes a third of a small write's time, and
// lets no context interrupt one: SQLite answers an interrupt by rolling back the whole transaction, strangers' rows
// included.
type sqliteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	// queried are the statements that answered rows in the closure under way.
	queried map[string]bool
}

// ExecContext implements statements.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext keeps one statement prepared for each text. The same query within one closure is prepared anew: the rows of the
// first may be under way, belong to their statement, and running it again would end them.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if c.queried[query] {
		return c.conn.QueryContext(context.WithoutCancel(ctx), query, args...)
	}
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return nil, err
	}
	c.queried[query] = true
	return stmt.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext implements statements.
func (c *sqliteConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if ctx, failed := ctx.(over); failed {
		return c.conn.QueryRowContext(ctx, query) // it has ended with the error of the transaction
	}
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return c.conn.QueryRowContext(over{ctx, err}, query) // as above, with the error of preparing
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
}

func (c *sqliteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := c.prepared[query]; stmt != nil {
		return stmt, nil
	}
	if len(c.prepared) >= preparedLimit {
		c.forget()
	}
	stmt, err := c.conn.PrepareContext(context.WithoutCancel(ctx), plannedOnce(query))
	if err != nil {
		return nil, err
	}
	c.prepared[query] = stmt
	return stmt, nil
}

// forget all but what may have rows under way: closing such a statement would wait for them.
func (c *sqliteConn) forget() {
	for query, stmt := range c.prepared {
		if c.queried[query] {
			continue
		}
		_ = stmt.Close()
		delete(c.prepared, query)
	}
}

func (c *sqliteConn) exec(query string) error {
	_, err := c.ExecContext(context.Background(), query)
	return err
}

func (c *sqliteConn) close() error {
	clear(c.queried)
	c.forget()
	return c.conn.Close()
}
