// Package assistant answers customers: it understands a message, looks up what it needs, and posts one answer.
//
// # Owns
//
// Where each conversation's dialogue stands: its topic, the offer on the table, the last message answered. It owns no
// message (services/context does) and no fact about the customer.
//
// # RPCs
//
// parley.assistant.v1.AssistantService: Understand, ListSkills.
//
// # Events
//
// It consumes MessageRecorded of the CONVERSATION stream and publishes nothing of its own: its answer is
// ContextService.PostMessage, which does.
//
// # Calls
//
// ContextService (GetConversation, BatchGetMessages, PostMessage, CreateOpenRequest) and what its skills declare:
// InvoiceService.CheckInvoice. A skill acts on behalf of the one customer who wrote and cannot reach a method that it did
// not declare.
//
// # One turn
//
// internal/events takes the event, internal/dialogue runs the turn (read the message, understand it, let a skill answer,
// post, remember), internal/understand recognises what is wanted, internal/skill/* are the skills. Everything is
// deterministic: the same message in the same state gives the same answer, so that a turn that was cut short by a crash is
// simply run again. A language model will come in as another Understander, behind the same guards.
package assistant
