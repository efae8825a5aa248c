package languages

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// check that the language can say and hear all that the model language can.
func (l *Language) check(english *Language) error {
	lacking := l.missing()
	if _, err := fs.Stat(l.files, "reading.yaml"); err != nil {
		lacking = append(lacking, "reading.yaml: the file")
	}
	for _, part := range []func(*Language) ([]string, error){l.missingTexts, l.missingIntents} {
		more, err := part(english)
		if err != nil {
			return err
		}
		lacking = append(lacking, more...)
	}
	if len(lacking) == 0 {
		return nil
	}
	slices.Sort(lacking)
	return fmt.Errorf("language %s: there is something missing, or too much:\n  %s", l.place, strings.Join(lacking, "\n  "))
}

func (l *Language) missingTexts(english *Language) ([]string, error) {
	speakers, err := english.names("texts")
	if err != nil {
		return nil, err
	}
	own, err := l.names("texts")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, extra := range without(own, speakers) {
		all = append(all, fmt.Sprintf("texts/%s.yaml: nobody says it", extra))
	}
	for _, speaker := range speakers {
		file := path.Join("texts", speaker+".yaml")
		if !slices.Contains(own, speaker) {
			all = append(all, file+": the file")
			continue
		}
		differences, err := l.differentTexts(english, speaker)
		if err != nil {
			return nil, err
		}
		for _, d := range differences {
			all = append(all, file+": "+d)
		}
	}
	return all, nil
}

func (l *Language) differentTexts(english *Language, speaker string) ([]string, error) {
	theirs, err := english.Texts(speaker)
	ours, err2 := l.Texts(speaker)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	var all []string
	for key := range theirs {
		if strings.TrimSpace(ours[key]) == "" {
			all = append(all, key)
		}
	}
	for _, extra := range without(slices.Collect(maps.Keys(ours)), slices.Collect(maps.Keys(theirs))) {
		all = append(all, extra+": nobody says it")
	}
	return all, nil
}

// missingIntents lists the intents of which there is no file. What is none of them is one family, however it is divided.
func (l *Language) missingIntents(english *Language) ([]string, error) {
	theirs, err := english.names("intents")
	ours, err2 := l.names("intents")
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	var all []string
	for _, name := range without(theirs, ours) {
		if !strings.HasPrefix(name, "none.") {
			all = append(all, fmt.Sprintf("intents/%s.yaml: the file", name))
		}
	}
	return all, nil
}

func without(all, those []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(those, one) })
}
