// Package article is what the company says, and how it comes to be said: an article is written in versions, each is reviewed
// by somebody who did not write it, and the one that was approved last is published.
package article

import (
	"errors"
	"slices"
	"time"
)

// IDPrefix of an article's TypeID.
const IDPrefix = "article"

var (
	// ErrNotFound means that the tenant has no such article, or none that the reader may see.
	ErrNotFound = errors.New("no such article")
	// ErrVersionNotFound means that the article never had the version.
	ErrVersionNotFound = errors.New("no such version of the article")
	// ErrStale means that the article was changed since it was read.
	ErrStale = errors.New("the article was changed meanwhile")
	// ErrReviewerIsAuthor means that somebody would review what they wrote.
	ErrReviewerIsAuthor = errors.New("nobody reviews what they wrote")
	// ErrReasonRequired means that a version would be rejected without a word to its author.
	ErrReasonRequired = errors.New("a rejection needs a reason")
)

// KeyTakenError means that another article has the key in the language.
type KeyTakenError struct{ ID string }

// Error implements error.
func (e *KeyTakenError) Error() string { return "the key is taken by " + e.ID }

// StateError means that the article's state does not allow what was asked.
type StateError struct{ State State }

// Error implements error.
func (e *StateError) Error() string { return "the article is " + string(e.State) }

// Kind of what an article says.
type Kind string

// The kinds.
const (
	Fact      Kind = "fact"
	Rule      Kind = "rule"
	Procedure Kind = "procedure"
	// Gap is questions that nothing answers. It is never found itself.
	Gap Kind = "gap"
)

// Access says who may read an article.
type Access string

// Who may read: everybody, or staff only.
const (
	Public   Access = "public"
	Internal Access = "internal"
)

// State of an article's newest version.
type State string

// The states. Update leads to Draft from each of them.
const (
	Draft     State = "draft"
	InReview  State = "in_review"
	Published State = "published"
	Retired   State = "retired"
)

// Content is what stands in one version.
type Content struct {
	Kind      Kind
	Access    Access
	Title     string
	Body      string // Markdown
	Questions []string
	Tags      []string
}

// Equal says whether the contents are word for word the same.
func (c Content) Equal(other Content) bool {
	return c.Kind == other.Kind && c.Access == other.Access && c.Title == other.Title && c.Body == other.Body &&
		slices.Equal(c.Questions, other.Questions) && slices.Equal(c.Tags, other.Tags)
}

// Review of a version.
type Review struct {
	Approved bool
	Reason   string
	Reviewer string // principal; empty while there was no review
	Time     time.Time
}

// Article in one of its versions.
type Article struct {
	ID, Key, Language string
	State             State
	Newest            int // number of the newest version
	Published         int // number of the version that is found; 0 when there is none

	// Of this version.
	Version     int
	Content     Content
	Author      string // principal
	Review      Review
	PublishTime time.Time // zero when it never was

	Helpful, Unhelpful     int64
	CreateTime, UpdateTime time.Time
	// Revision grows with every change but feedback.
	Revision int64
	// Imported is the hash of the document that was imported last; empty when there was none.
	Imported string
	// Drafters wrote versions since the one that is published. Only Store.Change fills it in.
	Drafters []string
}
