package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
)

// examples of a gap are the newest of its questions.
const examples = 3

// purgeLimit is how many searches one purge forgets.
const purgeLimit = 10_000

// subject under whose key a question is sealed: the customer who asked, or the tenant.
func subject(tenant, customerID string) seal.Subject {
	if customerID == "" {
		return seal.Tenant(tenant)
	}
	return seal.Customer(customerID)
}

// questionAt is where a sealed question stands: moved to another search, it does not open.
func questionAt(id string) string { return "knowledge.searches/" + id }

// Add implements asked.Store. The question is sealed before the write, since sealing does I/O.
func (s *Searches) Add(ctx context.Context, tenant string, a asked.Search) error {
	var question, gap any // NULL for what was answered
	if !a.Answered() {
		sealed, err := s.keeper.Seal(ctx, subject(tenant, a.CustomerID), []byte(a.Question), questionAt(a.ID))
		if errors.Is(err, seal.ErrDestroyed) {
			return asked.ErrErased
		}
		if err != nil {
			return fmt.Errorf("remember a search: %w", err)
		}
		question, gap = sealed, s.keeper.Blind(tenant, "knowledge.gap", a.Gap())
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO searches (tenant, id, language, customer_id, article_id, version, verdict, gap,
			question, create_time) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9) ON CONFLICT (tenant, id) DO NOTHING`, tenant, a.ID, a.Language, a.CustomerID,
			a.ArticleID, a.Version, gap, question, store.Micros(a.CreateTime))
		return err
	})
	if err != nil {
		return fmt.Errorf("remember a search: %w", err)
	}
	return nil
}

// Judge implements asked.Store.
func (s *Searches) Judge(ctx context.Context, tenant, customerID, id string, helpful bool) error {
	verdict := unhelpfulVerdict
	if helpful {
		verdict = helpfulVerdict
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var askedBy, articleID, before string
		err := tx.QueryRow(ctx, `SELECT customer_id, article_id, verdict FROM searches WHERE tenant = $1 AND id = $2`, tenant, id).
			Scan(&askedBy, &articleID, &before)
		switch {
		case errors.Is(err, store.ErrNoRows), err == nil && customerID != "" && askedBy != customerID:
			return asked.ErrNotFound
		case err != nil:
			return err
		case articleID == "":
			return asked.ErrUnanswered
		}
		_, err = tx.Exec(ctx, `UPDATE searches SET verdict = $3 WHERE tenant = $1 AND id = $2`, tenant, id, verdict)
		if err != nil {
			return err
		}
		delta := func(of string) int { return one(verdict == of) - one(before == of) }
		_, err = tx.Exec(ctx, `UPDATE articles SET helpful = helpful + $3, unhelpful = unhelpful + $4
			WHERE tenant = $1 AND id = $2`, tenant, articleID, delta(helpfulVerdict), delta(unhelpfulVerdict))
		return err
	})
	if err != nil {
		return fmt.Errorf("judge a search: %w", err)
	}
	return nil
}

// Gaps implements asked.Store.
func (s *Searches) Gaps(
	ctx context.Context, tenant, language string, after *asked.Position, limit int,
) ([]asked.Gap, error) {
	args := []any{tenant}
	bind := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	where, having := `tenant = $1 AND gap IS NOT NULL`, ``
	if language != "" {
		where += ` AND language = ` + bind(language)
	}
	if after != nil {
		count := bind(after.Count)
		having = ` HAVING COUNT(*) < ` + count + ` OR COUNT(*) = ` + count +
			` AND (language, gap) > (` + bind(after.Language) + `, ` + bind(after.Hash) + `)`
	}
	gaps, err := s.groups(ctx, `SELECT language, gap, COUNT(*), MIN(create_time), MAX(create_time) FROM searches WHERE `+where+
		` GROUP BY language, gap`+having+` ORDER BY COUNT(*) DESC, language, gap LIMIT `+bind(limit), args)
	if err != nil {
		return nil, fmt.Errorf("list gaps: %w", err)
	}
	for at := range gaps {
		if gaps[at].Questions, err = s.questions(ctx, tenant, gaps[at].Position); err != nil {
			return nil, fmt.Errorf("list gaps: %w", err)
		}
	}
	return gaps, nil
}

func (s *Searches) groups(ctx context.Context, statement string, args []any) ([]asked.Gap, error) {
	return store.All(ctx, s.db, func(r store.Row) (g asked.Gap, err error) {
		var first, last int64
		err = r.Scan(&g.Language, &g.Position.Hash, &g.Count, &first, &last)
		g.Position.Count, g.Position.Language = g.Count, g.Language
		g.First, g.Last = store.Time(first), store.Time(last)
		return g, err
	}, statement, args...)
}

// questions of a gap, the newest first. Those of erased customers are gone.
func (s *Searches) questions(ctx context.Context, tenant string, of asked.Position) ([]string, error) {
	found, err := s.db.Query(ctx, `SELECT id, customer_id, question FROM searches
		WHERE tenant = $1 AND language = $2 AND gap = $3 ORDER BY create_time DESC, id DESC LIMIT $4`,
		tenant, of.Language, of.Hash, examples)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var questions []string
	for found.Next() {
		var id, customerID string
		var sealed []byte
		if err := found.Scan(&id, &customerID, &sealed); err != nil {
			return nil, err
		}
		plain, err := s.keeper.Open(ctx, subject(tenant, customerID), sealed, questionAt(id))
		if errors.Is(err, seal.ErrDestroyed) {
			continue
		}
		if err != nil {
			return nil, err
		}
		questions = append(questions, strings.TrimSpace(string(plain)))
	}
	return questions, found.Err()
}

// Purge implements asked.Store.
func (s *Searches) Purge(ctx context.Context, before time.Time) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM searches WHERE (tenant, id) IN
			(SELECT tenant, id FROM searches WHERE create_time < $1 LIMIT $2)`, store.Micros(before), purgeLimit)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget old searches: %w", err)
	}
	return nil
}

// Verdicts on an answer.
const (
	helpfulVerdict   = "helpful"
	unhelpfulVerdict = "unhelpful"
)

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
