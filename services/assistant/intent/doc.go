// Package intent learns from example sentences which intent a message has, and when it has none of those it knows.
//
//	model, err := intent.Train(examples, intent.Options{})
//	result := model.Classify("why is my bill so high?")
//
// # What it is
//
// A linear machine over tf-idf of words, pairs of words, and pieces of words of two to five letters: one support vector
// machine for each intent against the rest, trained in Go at start, in about a second for every two thousand examples and
// fifty intents. Pieces of words are what carries it over typos and inflections; a word that nobody taught is also read as
// the closest one that somebody did.
//
// # None of these
//
// Examples of an intent named in Options.None teach what is none of the others. Held-out folds of the examples calibrate
// two things: how a machine's margin becomes a probability, and below which probability nothing is heard. What decides is
// not only the best margin, but also its distance from the second, the margin of none, and the share of known words.
// Without examples of none, only a text without a known word is none.
//
// An intent of Options.Certain acts on the world: it is heard only from the score on at which 93 of 100 held-out sentences
// that were taken for it were of it.
//
// # What may be relied on
//
// The same examples, options and text give the same result on every machine. A Model is safe for concurrent use. The
// README beside this file has the figures, the commands that print them, and what was tried.
package intent
