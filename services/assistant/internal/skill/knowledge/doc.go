// Package knowledge answers questions from the company's articles, in the articles' own words and with their title. What no
// article covers it does not know, says so, and offers a person. An answer asks whether it helped; what the customer says to
// that is kept for those who write the articles.
//
// It takes every message in which no wish was recognised. It needs no assurance: what it tells is published for everybody.
package knowledge
