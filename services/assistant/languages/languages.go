package languages

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parleyhq/parley/services/assistant/intent"
	"go.yaml.in/yaml/v3"
)

//go:embed */*
var shipped embed.FS

// model is the language that the others are held against: what it can say, they can.
const model = "en"

// Language is one folder.
type Language struct {
	// Code by ISO 639-1: `es`.
	Code string
	Sheet
	files fs.FS
	// place of the folder, for errors.
	place string
}

// Set is all the languages that are spoken.
type Set struct{ byCode map[string]*Language }

// Load the languages that are shipped, and those in the folders of a folder, where it is not empty; one that is shipped is
// replaced by one of its code there. A language that lacks anything is an error that lists all that is missing.
func Load(folder string) (*Set, error) {
	s := &Set{byCode: map[string]*Language{}}
	if err := s.addAll(shipped, "languages"); err != nil {
		return nil, err
	}
	english := s.byCode[model]
	if folder != "" {
		if err := s.addAll(os.DirFS(folder), filepath.ToSlash(folder)); err != nil {
			return nil, err
		}
	}
	for _, l := range s.All() {
		if err := l.check(english); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Set) addAll(files fs.FS, place string) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("languages: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		below, err := fs.Sub(files, entry.Name())
		if err != nil {
			return fmt.Errorf("languages: %w", err)
		}
		l := &Language{Code: entry.Name(), files: below, place: path.Join(place, entry.Name())}
		if l.Sheet, err = l.readSheet(); err != nil {
			return err
		}
		s.byCode[l.Code] = l
	}
	return nil
}

// All languages, by their codes.
func (s *Set) All() []*Language {
	all := make([]*Language, 0, len(s.byCode))
	for _, l := range s.byCode {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *Language) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// Codes of all languages, sorted.
func (s *Set) Codes() []string {
	var codes []string
	for _, l := range s.All() {
		codes = append(codes, l.Code)
	}
	return codes
}

// Of a tag of RFC 5646 (`es-MX`): its language, and its region, which may be empty. A language that is not there is an error
// that names those that are.
func (s *Set) Of(tag string) (l *Language, region string, err error) {
	code, region, _ := strings.Cut(tag, "-")
	l, ok := s.byCode[code]
	if !ok {
		return nil, "", fmt.Errorf("locale %q: its language is not among those spoken: %s", tag, strings.Join(s.Codes(), ", "))
	}
	return l, region, nil
}

// Texts of a speaker, each by its key.
func (l *Language) Texts(speaker string) (map[string]string, error) {
	name := path.Join("texts", speaker+".yaml")
	raw, err := fs.ReadFile(l.files, name)
	if err != nil {
		return nil, fmt.Errorf("texts %s: %w", path.Join(l.place, name), err)
	}
	var texts map[string]string
	if err := yaml.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("texts %s: %w", path.Join(l.place, name), err)
	}
	return texts, nil
}

// Reading is how phrases of the language are read in English where they say amounts, days, numbers and lines of a bill.
func (l *Language) Reading() (map[string]string, error) {
	var reading struct {
		ReadAs map[string]string `yaml:"read_as"`
	}
	err := l.decode("reading.yaml", &reading)
	return reading.ReadAs, err
}

// Calibration that was kept of the examples; nil when there is none.
func (l *Language) Calibration() (*intent.Calibration, error) {
	var kept intent.Calibration
	err := l.decode(CalibrationFile, &kept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return &kept, err
}

// CalibrationFile is written by `make calibrate`, and of no use once the examples have changed.
const CalibrationFile = "calibration.yaml"

// Intents are the example sentences, with the language's words and ways of speaking; title is the folder's name in errors.
func (l *Language) Intents() (files fs.FS, title string, err error) {
	files, err = fs.Sub(l.files, "intents")
	return files, path.Join(l.place, "intents"), err
}

// decode a file of the language. A key that is not there is an error that names its line.
func (l *Language) decode(name string, into any) error {
	raw, err := fs.ReadFile(l.files, name)
	if err == nil {
		decoder := yaml.NewDecoder(bytes.NewReader(raw))
		decoder.KnownFields(true)
		err = decoder.Decode(into)
	}
	if err != nil {
		return fmt.Errorf("language %s: %w", path.Join(l.place, name), err)
	}
	return nil
}

// names of the files of a folder of the language, without .yaml.
func (l *Language) names(folder string) ([]string, error) {
	found, err := fs.Glob(l.files, folder+"/*.yaml")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("language %s", l.place), err)
	}
	for i, name := range found {
		found[i] = strings.TrimSuffix(path.Base(name), ".yaml")
	}
	return found, nil
}
