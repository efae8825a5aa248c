// Package search finds the article that answers a question, and knows when none does.
//
// A question is answered in four steps, a file each:
//
//  1. terms.go makes terms of it: words without accents and endings, without small words, one word for each thing that has
//     several spellings. Articles went the same way into the index. What the words of a language are stands in
//     languages/*.yaml, for people to read and to write.
//  2. retrieve.go asks bleve (scorch, BM25) for the articles with these terms, with synonyms, and with what a term that no
//     article has was probably meant to be.
//  3. rank.go looks at those again: which has a title or questions most like it, by terms and letter by letter (letters.go)?
//  4. confidence.go says how likely the best one answers the question. What is asked like a question that nothing answers
//     (article.Gap) speaks against it.
//
// Words are letters only on the way in: an index numbers them (words.go), and compares numbers.
//
// An index holds the articles of one tenant in one language. It lives in memory, and is brought up to date from the store by
// whoever searches (catalog.go): what was published before the search began is found.
package search
