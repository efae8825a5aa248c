package person

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
)

// Customers says which language a customer speaks.
type Customers interface {
	Language(ctx context.Context, customerID string) (tongue.Fact, error)
}

// Gone is what is said to customers whose colleague is gone.
type Gone struct {
	texts     map[string]string // by language
	customers Customers
}

// NewGone reads the texts.
func NewGone(all []phrase.Locale, customers Customers) (*Gone, error) {
	g := &Gone{texts: map[string]string{}, customers: customers}
	for _, l := range all {
		book, err := l.Book(name)
		if err != nil {
			return nil, err
		}
		if g.texts[l.Language], err = book.Say("gone", nil); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// Say it in the customer's language.
func (g *Gone) Say(ctx context.Context, customerID string) (string, error) {
	language, err := g.customers.Language(ctx, customerID)
	if err != nil {
		return "", fmt.Errorf("find the language of %s: %w", customerID, err)
	}
	return g.texts[language.Code], nil
}
