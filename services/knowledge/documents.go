package knowledge

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
)

// Documents reads a folder of articles as ImportArticles wants them: LANGUAGE/NAME.md, the language as a BCP 47 tag. Other
// files are not looked at.
func Documents(folder fs.FS) ([]*knowledgev1.ArticleDocument, error) {
	files, err := fs.Glob(folder, "*/*.md")
	if err != nil {
		return nil, err
	}
	documents := make([]*knowledgev1.ArticleDocument, len(files))
	for at, file := range files {
		raw, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, fmt.Errorf("read an article: %w", err)
		}
		documents[at] = &knowledgev1.ArticleDocument{
			Name: file, Language: path.Dir(file), Markdown: strings.ToValidUTF8(string(raw), "\uFFFD"),
		}
	}
	return documents, nil
}
