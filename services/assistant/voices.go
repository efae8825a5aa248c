package assistant

import (
	"errors"
	"sync"

	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// voices are the languages that are spoken, as the tenant's region writes them.
type voices struct {
	set  *languages.Set
	home phrase.Locale
	all  []phrase.Locale
}

func (c Config) voices() (*voices, error) {
	set, err := c.languages()
	if err != nil {
		return nil, err
	}
	home, region, err := set.Of(c.Locale)
	if err != nil {
		return nil, err
	}
	v := &voices{set: set, home: phrase.NewLocale(home, region)}
	for _, l := range set.All() {
		v.all = append(v.all, phrase.NewLocale(l, region))
	}
	return v, nil
}

// interpreter learns all languages at once, each from its own examples and the tenant's.
func (v *voices) interpreter(intents string) (*tongue.Interpreter, error) {
	spoken := v.set.All()
	learnt, errs := make([]*understand.Understander, len(spoken)), make([]error, len(spoken))
	var group sync.WaitGroup
	for i, l := range spoken {
		group.Go(func() { learnt[i], errs[i] = understand.New(understand.Config{Language: l, Folder: intents}) })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	byCode := map[string]*understand.Understander{}
	for i, l := range spoken {
		byCode[l.Code] = learnt[i]
	}
	return tongue.NewInterpreter(v.set, v.home.Language, byCode), nil
}

// skills in every language.
func (v *voices) skills() (map[string]*dialogue.Skills, error) {
	all := map[string]*dialogue.Skills{}
	for _, l := range v.all {
		var err error
		if all[l.Language], err = newSkills(l); err != nil {
			return nil, err
		}
	}
	return all, nil
}
