package rpc

import (
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
)

// Things a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)

// listing is what is listed: a method, and all that says which things. A page token is good for one listing.
type listing struct {
	pages  *page.Tokens
	method string
	of     []string
}

// token continues after the place.
func (l listing) token(place ...string) string {
	return l.pages.Encode(l.method, slices.Concat(l.of, place)...)
}

// place gives back what token was given, which must be so many parts; none for the first page.
func (l listing) place(token string, parts int) ([]string, error) {
	cursor, err := l.pages.Decode(l.method, token)
	if err != nil || cursor == nil {
		return nil, err
	}
	if len(cursor) != len(l.of)+parts || !slices.Equal(cursor[:len(l.of)], l.of) {
		return nil, notForThis()
	}
	return cursor[len(l.of):], nil
}

func notForThis() *fault.Error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this list")
}

// split gives a page of what was read, one more than the page holds, and says whether there is another.
func split[T any](read []T, size int) (page []T, more bool) {
	if len(read) > size {
		return read[:size], true
	}
	return read, false
}
