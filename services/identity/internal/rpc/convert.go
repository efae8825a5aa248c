package rpc

import (
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"golang.org/x/text/language"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// toHandle normalises a handle. Its error names the field and never holds the value.
func toHandle(field string, h *identityv1.Handle) (customer.Handle, error) {
	handle, err := customer.NewHandle(customer.Kind(h.GetKind()), h.GetValue())
	if err != nil {
		return customer.Handle{}, fault.Invalid(field+".value", "HANDLE_INVALID", "not a handle of its kind").Because(err)
	}
	return handle, nil
}

func toHandles(field string, hs []*identityv1.Handle) ([]customer.Handle, error) {
	handles := make([]customer.Handle, len(hs))
	for i, h := range hs {
		var err error
		if handles[i], err = toHandle(fmt.Sprintf("%s[%d]", field, i), h); err != nil {
			return nil, err
		}
	}
	return handles, nil
}

func toSighting(req *identityv1.ResolveCustomerRequest) (customer.Sighting, error) {
	handle, err := toHandle("handle", req.GetHandle())
	if err != nil {
		return customer.Sighting{}, err
	}
	also, err := toHandles("also", req.GetAlso())
	if err != nil {
		return customer.Sighting{}, err
	}
	return customer.Sighting{
		Handle:      handle,
		Also:        also,
		DisplayName: toName(req.GetDisplayName()),
		Assurance:   customer.Assurance(req.GetAssurance()),
	}, nil
}

// toName is empty for a name that nobody could read.
func toName(name string) string { return strings.TrimSpace(name) }

// toLocale brings a language tag into its canonical form (BCP 47); empty stays empty.
func toLocale(locale string) (string, error) {
	if locale == "" {
		return "", nil
	}
	tag, err := language.Parse(locale)
	if err != nil {
		return "", fault.Invalid("locale", "LOCALE_INVALID", "not a BCP 47 language tag").Because(err)
	}
	return tag.String(), nil
}

func fromCustomer(c customer.Customer) *identityv1.Customer {
	out := &identityv1.Customer{
		Id:          c.ID,
		DisplayName: c.DisplayName,
		Locale:      c.Locale,
		CreateTime:  timestamppb.New(c.CreateTime),
		UpdateTime:  timestamppb.New(c.UpdateTime),

		MergedCustomerIds: c.Merged,
	}
	for _, h := range c.Handles {
		out.Handles = append(out.Handles, &identityv1.LinkedHandle{
			Handle:    &identityv1.Handle{Kind: identityv1.HandleKind(h.Kind), Value: h.Value},
			Assurance: accessv1.Assurance(h.Assurance),
			LinkTime:  timestamppb.New(h.LinkTime),
		})
	}
	return out
}
