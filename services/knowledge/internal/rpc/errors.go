package rpc

import (
	"errors"
	"strconv"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"google.golang.org/grpc/codes"
)

// known errors of the domain, and their public face.
var known = []struct {
	err     error
	code    codes.Code
	reason  string
	message string
}{
	{article.ErrNotFound, codes.NotFound, "ARTICLE_NOT_FOUND", "no such article"},
	{article.ErrVersionNotFound, codes.NotFound, "VERSION_NOT_FOUND", "no such version of the article"},
	{article.ErrStale, codes.Aborted, "ETAG_STALE", "the article was changed since it was read"},
	{article.ErrReviewerIsAuthor, codes.PermissionDenied, "REVIEWER_IS_AUTHOR", "nobody reviews what they wrote"},
	{asked.ErrNotFound, codes.NotFound, "SEARCH_NOT_FOUND", "no such search"},
	{asked.ErrUnanswered, codes.FailedPrecondition, "SEARCH_UNANSWERED", "the search had no answer"},
}

// toFault gives the domain's errors their public face.
func toFault(err error) error {
	for _, k := range known {
		if errors.Is(err, k.err) {
			return fault.New(k.code, k.reason, "%s", k.message).Because(err)
		}
	}
	if errors.Is(err, article.ErrReasonRequired) {
		return fault.Invalid("reason", "REVIEW_REASON_REQUIRED", "a rejection needs one").Because(err)
	}
	var taken *article.KeyTakenError
	if errors.As(err, &taken) {
		return fault.New(codes.AlreadyExists, "ARTICLE_KEY_TAKEN", "another article has this key in this language").
			With("article_id", taken.ID).Because(err)
	}
	var state *article.StateError
	if errors.As(err, &state) {
		return fault.New(codes.FailedPrecondition, "ARTICLE_STATE", "the article is %s", fromState(state.State)).
			With("state", fromState(state.State).String()).Because(err)
	}
	var wrong *article.InvalidError
	if errors.As(err, &wrong) {
		return fault.Invalid("article."+wrong.Field, "ARTICLE_INVALID", "%s", wrong.Problem).Because(err)
	}
	return err
}

// language in its canonical form, or an error about the field.
func language(field, tag string) (string, error) {
	canonical, err := article.Language(tag)
	if err != nil {
		return "", fault.Invalid(field, "LANGUAGE_INVALID", "not a language tag of BCP 47").Because(err)
	}
	return canonical, nil
}

// named is the article that a change is about, and its revision by the etag. The fields are the id and the etag behind the
// prefix. An etag that was not given out here is as stale as one can be.
func named(prefix, id, etag string) (string, int64, error) {
	if err := typeid.Check(prefix+"id", article.IDPrefix, id); err != nil {
		return "", 0, err
	}
	revision, err := strconv.ParseInt(etag, etagBase, 64)
	if err != nil {
		return "", 0, toFault(article.ErrStale)
	}
	return id, revision, nil
}

// etagBase of the revision, as an etag writes it.
const etagBase = 36
