// Package understand says what a message wants: which wishes stand in it, in which words, and which amounts, days, case
// and invoice numbers it names. It is a pure function of the text: the same text gives the same Result, for ever, until the
// examples change. It knows nothing of the customer and looks nothing up; an amount in a Result is what somebody wrote,
// never what is owed.
//
// # How
//
//  1. What the customer did not say themselves is taken out: quoted lines, forwarded mail, reported words in quotation
//     marks. It counts for nothing, and Result.Quoted shows it.
//  2. The rest is cut into clauses. The message as a whole says what it wants first of all, each clause what else; both are
//     classified by services/assistant/intent, a linear model trained at start from the example sentences in languages/<language>/intents/*.yaml and those of the tenant.
//  3. Guards look at every wish that acts: one that is negated, conditional, hypothetical or reported is not a wish.
//     Missing a wish costs a question; inventing one costs money.
//  4. Entities are found by package entity. They keep a day as it was said; entity.Date.On resolves it by the clock.
//
// Quotations, guards and entities are regular expressions, about a hundred. Package pattern leaves out the many that a text
// cannot match.
//
// # Intents
//
// An intent is a file: its name, a description, whether it acts (and so has to be heard without doubt), and the
// sentences. A tenant's folder adds files of the same form; a file for an intent that is shipped adds sentences to it.
package understand
