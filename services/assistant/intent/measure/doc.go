// Package measure says how well texts are understood: it reads labelled examples, has them classified, and counts.
//
// Data is JSONL, one object a line with "text" and either "intent" or "intents" (several wishes in one message); other keys
// are left alone. A file whose name ends in .gz is unzipped. A text with several intents is right when each of them was
// heard.
//
// # Words
//
// In scope are the texts that have an intent; their accuracy is the share whose intent was named. Recall of none is the
// share of the others for which none was named; precision of none is the share of right ones among the texts for which
// none was named. Macro-F1 is the mean over the intents, none included, of the harmonic mean of precision and recall.
package measure
