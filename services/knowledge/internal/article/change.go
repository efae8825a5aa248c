package article

import (
	"slices"
	"strings"
	"time"
)

// By is who changes an article, and when.
type By struct {
	Principal string
	Time      time.Time
}

// begin makes the first version of an article, a draft.
func begin(id, key, language string, content Content, by By) Article {
	return Article{
		ID: id, Key: key, Language: language, State: Draft, Newest: 1, Version: 1, Content: content, Author: by.Principal,
		CreateTime: by.Time, UpdateTime: by.Time, Revision: 1,
	}
}

// update writes the next version, a draft.
func (a Article) update(content Content, by By) Article {
	a.Newest++
	a.Version, a.Content, a.Author = a.Newest, content, by.Principal
	a.Review, a.PublishTime = Review{}, time.Time{}
	return a.enter(Draft, by)
}

// submit hands a draft in for review.
func (a Article) submit(by By) (Article, error) {
	if a.State != Draft {
		return Article{}, &StateError{a.State}
	}
	return a.enter(InReview, by), nil
}

// review approves or rejects.
func (a Article) review(approved bool, reason string, by By) (Article, error) {
	if a.State != InReview {
		return Article{}, &StateError{a.State}
	}
	if slices.Contains(a.Drafters, by.Principal) {
		return Article{}, ErrReviewerIsAuthor
	}
	reason = strings.TrimSpace(reason)
	if !approved && reason == "" {
		return Article{}, ErrReasonRequired
	}
	a.Review = Review{Approved: approved, Reason: reason, Reviewer: by.Principal, Time: by.Time}
	if !approved {
		return a.enter(Draft, by), nil
	}
	return a.publish(by), nil
}

func (a Article) publish(by By) Article {
	a.Published, a.PublishTime = a.Version, by.Time
	return a.enter(Published, by)
}

// retire has the article found no more.
func (a Article) retire(by By) (Article, error) {
	if a.State == Retired {
		return Article{}, &StateError{a.State}
	}
	a.Published = 0
	return a.enter(Retired, by), nil
}

func (a Article) enter(s State, by By) Article {
	a.State, a.UpdateTime = s, by.Time
	a.Revision++
	return a
}
