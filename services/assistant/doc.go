// Package assistant answers customers: it understands a message, looks up what it needs, does what was agreed to, and posts
// one answer. Unasked it speaks when there is news of a dispute, and when the colleague who was with the customer is gone.
//
// # Owns
//
// Where each conversation's dialogue stands: its topic, the last message answered, and the offer on the table with the
// messages in which it was made, its channel, its time, and who took it; in which language it is held; and how each turn came
// to its answer. It owns no message (services/context does) and no fact about the customer.
//
// # RPCs
//
// parley.assistant.v1.AssistantService: Understand, ListSkills, ListTurns (what was understood, who answered, what was called).
//
// # Events
//
// It consumes MessageRecorded and ConversationClosed of the CONVERSATION stream; TaskReturned of the ROUTING stream; and
// DisputeDecided, DisputeWithdrawn, DisputeReminderDue and DisputeOverdue of the BILLING stream. It publishes nothing of its own:
// what it says is ContextService.PostMessage and PostToCustomer, which do.
//
// # Calls
//
// ContextService (GetConversation, BatchGetMessages, ListMessages, PostMessage, PostToCustomer, CreateOpenRequest),
// IdentityService.GetCustomer for the locale of whoever has not written yet, DisputeService.GetDispute and
// InvoiceService.GetInvoice for news, and what its skills declare (ListSkills shows it):
// InvoiceService to read, DisputeService to read, open and withdraw, RoutingService to ask for a person, KnowledgeService to
// search the articles and to keep whether they helped. A skill acts on behalf of the one customer who wrote and cannot reach a
// method that it did not declare. While a person handles the conversation the assistant is silent.
//
// # One turn
//
// internal/events takes the event, internal/dialogue runs the turn (read the message, understand it, find out what a "yes"
// in it would mean, let skills answer, post, remember), internal/understand recognises what is wanted, internal/skill/* are
// the skills, skills.go lists them. What no other skill takes is answered from the company's articles (skill/knowledge), and
// what no article covers is not guessed at: a person is offered. internal/news tells of disputes.
//
// All of it is there once for each language of the folder languages; internal/tongue finds out in which one a conversation is
// held, and in which a message is to be understood.
//
// Money moves only on a yes to an offer that names the charge and the amount, that is the last thing which the customer was
// told, and that is not older than Config.OfferFor; which message took it is kept before anything is done, and the records
// are read again. testdata/dialogues has, dialogue by dialogue, what is answered and what is done.
//
// Everything is deterministic: the same message in the same state gives the same answer, so that a turn that was cut short by
// a crash is simply run again. A language model will come in as another Understander, behind the same guards.
package assistant
