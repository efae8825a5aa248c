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
}

// ExecContext implements statements.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext prepares anew: rows under way belong to their statement, and running it again would end them.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return c.conn.QueryContext(context.WithoutCancel(ctx), query, args...)
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

func (c *sqliteConn) forget() {
	for query, stmt := range c.prepared {
		_ = stmt.Close()
		delete(c.prepared, query)
	}
}

func (c *sqliteConn) exec(query string) error {
	_, err := c.ExecContext(context.Background(), query)
	return err
}

func (c *sqliteConn) close() error {
	c.forget()
	return c.conn.Close()
}
