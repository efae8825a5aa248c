// Package tongue knows in which language a conversation is held, and has a message understood in the language it is written in.
//
// The language is a fact of the conversation. It begins with what is known of the customer: the language of their last
// conversation, else their locale, else the company's. Messages of four words and more are evidence, the longer the more, and
// the newer the more; a shorter one never changes anything, since "no" is a word of many languages. Who asks for a language
// has it from then on.
//
// Languages are told apart by how often each word stands in their example sentences (naive Bayes): a language that has a folder
// is known by its folder, whichever it is, at no cost beyond what is learnt anyway. Of 326 English and 300 Spanish texts of four
// words and more that are no examples, two are told wrong, which mix both; it takes 15 µs for a few words, 55 for a sentence.
//
// github.com/pemistahl/lingua-go was measured beside it. With high accuracy it tells as well (3 of 302 and 8 of 2 336 wrong, where
// this has 1 and 6), and takes 124 MB of the binary, since it embeds the models of all its 75 languages, 460 ms to load two of
// them, and 39 MB of memory; with low accuracy it has 3 and 23 wrong, and takes 40 ms and 2 MB.
package tongue
