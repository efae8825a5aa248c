package rpc

import (
	"fmt"
	"strconv"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// listing is what is listed. A page token is good for one listing.
type listing struct{ method, of string }

func taskList(who routing.By, which routing.Selection) listing {
	which.After = routing.Mark{}
	return listing{routingv1.RoutingService_ListTasks_FullMethodName, fmt.Sprintf("%q %q %+v", who.Tenant, who.OnBehalfOf, which)}
}

// token continues behind an item. The time is zero for lists by name.
func (l listing) token(pages *page.Tokens, at time.Time, id string) string {
	return pages.Encode(l.method, l.of, strconv.FormatInt(at.UnixMicro(), 10), id)
}

// mark of a token; the zero Mark for the first page.
func (l listing) mark(pages *page.Tokens, token string) (routing.Mark, error) {
	cursor, err := pages.Decode(l.method, token)
	if err != nil || cursor == nil {
		return routing.Mark{}, err
	}
	if len(cursor) != 3 || cursor[0] != l.of {
		return routing.Mark{}, notForThis()
	}
	micros, err := strconv.ParseInt(cursor[1], 10, 64)
	if err != nil {
		return routing.Mark{}, notForThis().Because(err)
	}
	return routing.Mark{Time: time.UnixMicro(micros).UTC(), ID: cursor[2]}, nil
}

func notForThis() *fault.Error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this list")
}

// cut a list that was asked for one more than the page holds.
func cut[T any](list []T, size int) (_ []T, more bool) {
	if len(list) <= size {
		return list, false
	}
	return list[:size], true
}
