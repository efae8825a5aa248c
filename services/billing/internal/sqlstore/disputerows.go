package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
)

const disputeColumns = `tenant, id, number, customer_id, invoice_id, currency, amount, state, revision, due_date, remind_time,
	deadline_time, conversation_id, message_id, opening_words, decision_words, create_time, update_time`

func disputeValues(d dispute.Dispute) []any {
	return []any{
		d.Tenant, d.ID, d.Number, d.CustomerID, d.InvoiceID, d.Currency, d.Amount, int(d.State), d.Revision, d.DueDate.String(),
		store.Micros(d.RemindTime), store.Micros(d.DeadlineTime), d.ConversationID, d.MessageID, d.OpeningWords,
		orNull(d.DecisionWords), store.Micros(d.CreateTime), store.Micros(d.UpdateTime),
	}
}

// orNull is the value of a column that may have none.
func orNull(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func clockTime(d dispute.Dispute) int64 {
	_, at := d.NextByClock()
	return store.Micros(at)
}

func scanDispute(r store.Row) (dispute.Dispute, error) {
	var d dispute.Dispute
	var due string
	var remind, deadline, created, updated int64
	err := r.Scan(&d.Tenant, &d.ID, &d.Number, &d.CustomerID, &d.InvoiceID, &d.Currency, &d.Amount, &d.State, &d.Revision, &due,
		&remind, &deadline, &d.ConversationID, &d.MessageID, &d.OpeningWords, &d.DecisionWords, &created, &updated)
	if err != nil {
		return d, err
	}
	d.RemindTime, d.DeadlineTime = store.Time(remind), store.Time(deadline)
	d.CreateTime, d.UpdateTime = store.Time(created), store.Time(updated)
	d.DueDate, err = calendar.ParseDate(due)
	return d, err
}

// disputeReader is a dispute.Reader.
type disputeReader struct{ q store.Querier }

// Dispute implements dispute.Reader.
func (r disputeReader) Dispute(ctx context.Context, tenant, id string) (dispute.Dispute, error) {
	return r.one(ctx, tenant, `id = $2`, id)
}

// Numbered implements dispute.Reader.
func (r disputeReader) Numbered(ctx context.Context, tenant, number string) (dispute.Dispute, error) {
	return r.one(ctx, tenant, `number = $2`, number)
}

func (r disputeReader) one(ctx context.Context, tenant, where string, args ...any) (dispute.Dispute, error) {
	found, err := r.disputes(ctx, tenant, where, args...)
	if err != nil {
		return dispute.Dispute{}, fmt.Errorf("read a dispute: %w", err)
	}
	if len(found) == 0 {
		return dispute.Dispute{}, dispute.ErrNotFound
	}
	return found[0], nil
}

// List implements dispute.Reader.
func (r disputeReader) List(
	ctx context.Context, tenant string, which dispute.Selection, limit int,
) ([]dispute.Dispute, error) {
	where, args := `TRUE`, []any(nil)
	bind := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args)+1) // $1 is the tenant
	}
	if which.CustomerID != "" {
		where += ` AND customer_id = ` + bind(which.CustomerID)
	}
	if len(which.States) > 0 {
		where += ` AND state IN (` + places(len(args)+2, len(which.States)) + `)`
		for _, state := range which.States {
			bind(int(state))
		}
	}
	if after := which.After; after != (dispute.Position{}) {
		where += ` AND (due_date, id) > (` + bind(after.DueDate.String()) + `, ` + bind(after.ID) + `)`
	}
	found, err := r.disputes(ctx, tenant, where+` ORDER BY due_date, id LIMIT `+bind(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list disputes: %w", err)
	}
	return found, nil
}

// DueByClock implements dispute.Reader.
func (r disputeReader) DueByClock(
	ctx context.Context, tenant, customerID string, now time.Time, limit int,
) ([]string, error) {
	ids, err := store.All(ctx, r.q, store.Text, `SELECT id FROM disputes WHERE tenant = $1 AND clock_time > 0 AND clock_time <= $2
		AND (customer_id = $3 OR $3 = '') ORDER BY clock_time, id LIMIT $4`, tenant, store.Micros(now), customerID, limit)
	if err != nil {
		return nil, fmt.Errorf("list what is due: %w", err)
	}
	return ids, nil
}

// disputes reads those of the tenant that match, in full. The condition counts its arguments from $2.
func (r disputeReader) disputes(ctx context.Context, tenant, where string, args ...any) ([]dispute.Dispute, error) {
	found, err := store.All(ctx, r.q, scanDispute, `SELECT `+disputeColumns+` FROM disputes WHERE tenant = $1 AND `+where,
		append([]any{tenant}, args...)...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	byID := map[string]*dispute.Dispute{}
	args = []any{tenant}
	for at := range found {
		byID[found[at].ID] = &found[at]
		args = append(args, found[at].ID)
	}
	if err := r.addLines(ctx, byID, args); err != nil {
		return nil, err
	}
	return found, r.addTrails(ctx, byID, args)
}

// addLines reads their lines; the arguments are the tenant and the disputes' ids.
func (r disputeReader) addLines(ctx context.Context, byID map[string]*dispute.Dispute, args []any) error {
	rows, err := r.q.Query(ctx, `SELECT dispute_id, line_id FROM dispute_lines
		WHERE tenant = $1 AND dispute_id IN (`+places(2, len(args)-1)+`) ORDER BY dispute_id, position`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, line string
		if err := rows.Scan(&id, &line); err != nil {
			return err
		}
		byID[id].LineIDs = append(byID[id].LineIDs, line)
	}
	return rows.Err()
}

// addTrails reads their trails, as far as the revision that was read: outside of a transaction there may be more by now.
func (r disputeReader) addTrails(ctx context.Context, byID map[string]*dispute.Dispute, args []any) error {
	rows, err := r.q.Query(ctx, `SELECT dispute_id, revision, event, from_state, to_state, occur_time, actor, principal,
		on_behalf_of, assurance, request_id FROM dispute_transitions
		WHERE tenant = $1 AND dispute_id IN (`+places(2, len(args)-1)+`) ORDER BY dispute_id, revision`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var revision, occurred int64
		var s dispute.Step
		err := rows.Scan(&id, &revision, &s.Event, &s.From, &s.To, &occurred, &s.By.Actor, &s.By.Principal, &s.By.OnBehalfOf,
			&s.By.Assurance, &s.RequestID)
		if err != nil {
			return err
		}
		d := byID[id]
		s.Time, s.By.Tenant = store.Time(occurred), d.Tenant
		if revision <= d.Revision {
			d.Trail = append(d.Trail, s)
		}
	}
	return rows.Err()
}

// Held implements dispute.Reader.
func (r disputeReader) Held(ctx context.Context, tenant, invoiceID string, lineIDs []string) ([]dispute.Holder, error) {
	args := []any{tenant, invoiceID}
	for _, line := range lineIDs {
		args = append(args, line)
	}
	held, err := store.All(ctx, r.q, scanHolder, `SELECT l.line_id, d.id, d.number FROM dispute_lines l
		JOIN disputes d ON d.tenant = l.tenant AND d.id = l.dispute_id
		WHERE l.tenant = $1 AND l.invoice_id = $2 AND l.held AND l.line_id IN (`+places(3, len(lineIDs))+`)
		ORDER BY l.line_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("find who disputes lines: %w", err)
	}
	return held, nil
}

func scanHolder(r store.Row) (h dispute.Holder, err error) {
	err = r.Scan(&h.LineID, &h.DisputeID, &h.Number)
	return h, err
}
