// Package languages is what customers are answered in: a folder for each language, and all there is of it in that folder.
// docs/adding-a-language.md shows how to add one; nothing is compiled.
//
//	es/language.yaml   months and weekdays, how amounts and days are written, how people ask for the language
//	es/reading.yaml    how amounts, days and numbers are said
//	es/texts/*.yaml    what the assistant says, a file for each skill
//	es/intents/*.yaml  what customers say, a file for each intent, with words.yaml and speech.yaml
//
// English is the model: every text and every intent that it has, the others have, or the start says what they lack.
package languages
