package sqlstore

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// query reads articles, each in the version that the condition says. It names the tables a and v.
func query(ctx context.Context, q store.Querier, where string, args ...any) ([]article.Article, error) {
	return store.All(ctx, q, scanArticle, `SELECT a.id, a.key, a.language, a.state, a.newest, a.published, a.imported, a.helpful,
		a.unhelpful, a.revision, a.create_time, a.update_time, v.number, v.kind, v.access, v.title, v.body, v.questions, v.tags,
		v.author, v.approved, v.reason, v.reviewer, v.review_time, v.publish_time
		FROM articles a JOIN article_versions v ON v.tenant = a.tenant AND v.article_id = a.id WHERE `+where, args...)
}

func scanArticle(r store.Row) (a article.Article, err error) {
	var created, updated, reviewed, published int64
	var questions, tags string
	err = r.Scan(&a.ID, &a.Key, &a.Language, &a.State, &a.Newest, &a.Published, &a.Imported, &a.Helpful, &a.Unhelpful,
		&a.Revision, &created, &updated, &a.Version, &a.Content.Kind, &a.Content.Access, &a.Content.Title, &a.Content.Body,
		&questions, &tags, &a.Author, &a.Review.Approved, &a.Review.Reason, &a.Review.Reviewer, &reviewed, &published)
	if err != nil {
		return a, err
	}
	a.CreateTime, a.UpdateTime = store.Time(created), store.Time(updated)
	a.Review.Time, a.PublishTime = store.Time(reviewed), store.Time(published)
	return a, errors.Join(
		json.Unmarshal([]byte(questions), &a.Content.Questions), json.Unmarshal([]byte(tags), &a.Content.Tags),
	)
}

// drafters wrote versions since the published one.
func drafters(ctx context.Context, tx *store.Tx, tenant string, a article.Article) ([]string, error) {
	return store.All(ctx, tx, store.Text, `SELECT DISTINCT author FROM article_versions
		WHERE tenant = $1 AND article_id = $2 AND number > $3 ORDER BY author`, tenant, a.ID, a.Published)
}

// insert adds a new article, or fails with *article.KeyTakenError.
func insert(ctx context.Context, tx *store.Tx, tenant string, a article.Article) error {
	inserted, err := tx.Changed(ctx, `INSERT INTO articles (tenant, id, key, language, state, newest, published, published_public,
		imported, helpful, unhelpful, catalog_revision, revision, create_time, update_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, 0, 0, 0, $9, $10, $11) ON CONFLICT (tenant, key, language) DO NOTHING`,
		tenant, a.ID, a.Key, a.Language, string(a.State), a.Newest, a.Published, a.Imported, a.Revision,
		store.Micros(a.CreateTime), store.Micros(a.UpdateTime))
	if err != nil {
		return err
	}
	if inserted == 0 {
		taken := &article.KeyTakenError{}
		err := tx.QueryRow(ctx, `SELECT id FROM articles WHERE tenant = $1 AND key = $2 AND language = $3`,
			tenant, a.Key, a.Language).Scan(&taken.ID)
		return errors.Join(err, taken)
	}
	if err := insertVersion(ctx, tx, tenant, a); err != nil {
		return err
	}
	return update(ctx, tx, tenant, a, a.Published != 0)
}

func insertVersion(ctx context.Context, tx *store.Tx, tenant string, a article.Article) error {
	questions, err := json.Marshal(a.Content.Questions)
	if err != nil {
		return err
	}
	tags, err := json.Marshal(a.Content.Tags)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO article_versions (tenant, article_id, number, kind, access, title, body, questions, tags,
		author, approved, reason, reviewer, review_time, publish_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		tenant, a.ID, a.Version, string(a.Content.Kind), string(a.Content.Access), a.Content.Title, a.Content.Body,
		string(questions), string(tags), a.Author, a.Review.Approved, a.Review.Reason, a.Review.Reviewer,
		store.Micros(a.Review.Time), store.Micros(a.PublishTime))
	return err
}

// updateVersion keeps what may change of a version: its review, and when it was published.
func updateVersion(ctx context.Context, tx *store.Tx, tenant string, a article.Article) error {
	_, err := tx.Exec(ctx, `UPDATE article_versions SET approved = $4, reason = $5, reviewer = $6, review_time = $7,
		publish_time = $8 WHERE tenant = $1 AND article_id = $2 AND number = $3`, tenant, a.ID, a.Version,
		a.Review.Approved, a.Review.Reason, a.Review.Reviewer, store.Micros(a.Review.Time), store.Micros(a.PublishTime))
	return err
}

// update keeps what changed of the article, and counts its catalog on when another version is published, or none any more.
func update(ctx context.Context, tx *store.Tx, tenant string, a article.Article, published bool) error {
	_, err := tx.Exec(ctx, `UPDATE articles SET state = $3, newest = $4, published = $5, imported = $6, revision = $7,
		update_time = $8 WHERE tenant = $1 AND id = $2`, tenant, a.ID, string(a.State), a.Newest, a.Published, a.Imported,
		a.Revision, store.Micros(a.UpdateTime))
	if err != nil || !published {
		return err
	}
	var revision int64
	err = tx.QueryRow(ctx, `INSERT INTO catalogs (tenant, language, revision) VALUES ($1, $2, 1)
		ON CONFLICT (tenant, language) DO UPDATE SET revision = catalogs.revision + 1 RETURNING revision`, tenant, a.Language).
		Scan(&revision)
	if err != nil {
		return err
	}
	public := a.Published == a.Version && a.Content.Access == article.Public
	_, err = tx.Exec(ctx, `UPDATE articles SET catalog_revision = $3, published_public = $4 WHERE tenant = $1 AND id = $2`,
		tenant, a.ID, revision, public)
	return err
}
