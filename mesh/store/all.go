package store

import "context"

// Row is what Scan reads the columns of: a *sql.Row or *sql.Rows.
type Row interface{ Scan(into ...any) error }

// All reads every row that the query finds, each by scan.
func All[T any](ctx context.Context, q Querier, scan func(Row) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what went wrong is in Err
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// Text scans a row of one text: an id, a name.
func Text(r Row) (text string, err error) {
	err = r.Scan(&text)
	return text, err
}
