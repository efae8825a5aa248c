package page

import (
	"slices"
	"strconv"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
)

// List is one list that a method gives out in pages. A token of it is good for no other list, of this method or another.
type List struct {
	tokens *Tokens
	method string
	of     []string
}

// List of the method that is told from its others by what it lists: whose things, and which of them.
func (t *Tokens) List(method string, of ...string) List {
	return List{tokens: t, method: method, of: of}
}

// After is the place behind which the token continues, in as many parts as it was made of; nil for the empty token, which asks
// for the first page. A token of another list is INVALID_ARGUMENT, reason PAGE_TOKEN_INVALID.
func (l List) After(token string, parts int) ([]string, error) {
	cursor, err := l.tokens.Decode(l.method, token)
	if err != nil || cursor == nil {
		return nil, err
	}
	if len(cursor) != len(l.of)+parts || !slices.Equal(cursor[:len(l.of)], l.of) {
		return nil, NotOfList()
	}
	return cursor[len(l.of):], nil
}

// AfterID is After in a list whose places are one part; empty for the empty token.
func (l List) AfterID(token string) (string, error) {
	place, err := l.After(token, 1)
	if err != nil || place == nil {
		return "", err
	}
	return place[0], nil
}

// AfterTime is After in a list whose places are those of At; both are zero for the empty token.
func (l List) AfterTime(token string) (at time.Time, id string, err error) {
	place, err := l.After(token, 2)
	if err != nil || place == nil {
		return time.Time{}, "", err
	}
	micros, err := strconv.ParseInt(place[0], 10, 64)
	if err != nil {
		return time.Time{}, "", NotOfList().Because(err)
	}
	return time.UnixMicro(micros).UTC(), place[1], nil
}

// At is a place in a list that is in the order of times, to the microsecond, and of ids where times are the same.
func At(at time.Time, id string) []string { return []string{strconv.FormatInt(at.UnixMicro(), 10), id} }

// Token continues the list behind a place.
func (l List) Token(place ...string) string {
	return l.tokens.Encode(l.method, slices.Concat(l.of, place)...)
}

// NotOfList refuses a token of another list, or one whose place is none of this list.
func NotOfList() *fault.Error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this list")
}

// Cut what was read with one row more than the page holds: the page, and the token that continues behind the place of its last
// row; empty when there is no other page.
func Cut[Row any](l List, read []Row, size int, place func(last Row) []string) (rows []Row, token string) {
	if len(read) <= size {
		return read, ""
	}
	rows = read[:size]
	return rows, l.Token(place(rows[size-1])...)
}
