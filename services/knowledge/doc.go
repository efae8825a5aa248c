// Package knowledge keeps what the company says, and finds what answers a question.
//
// # What it owns
//
// Articles, in versions and languages: a fact, a rule or a procedure, for everybody or for staff only; or a gap, the questions
// that nothing answers. A version is a draft until somebody who did not write it approves it; then it is published, and what was
// published before is kept as it was.
// They are the company's own words and stand in the store in clear. What customers asked is kept for questions that nothing
// answered only, sealed under the customer's own key, for as long as Config.KeepSearches says.
//
// # RPCs
//
// parley.knowledge.v1.KnowledgeService (proto/parley/knowledge/v1/knowledge_service.proto):
//
//	CreateArticle, UpdateArticle, GetArticle, ListArticles
//	SubmitArticle, ReviewArticle, RetireArticle   the way to publication and back
//	SearchArticles   what answers a question: the article's own words, cited, and how sure that is
//	RecordFeedback   did it help?
//	ListGaps         what was asked and nothing answered
//	ImportArticles   from Markdown files; the same import again changes nothing. Documents reads a folder of them
//
// Whoever acts on behalf of a customer, and every partner, reads what is published for everybody only.
//
// # Events and calls
//
// It emits and consumes none, and calls no other service.
//
// # Where to read on
//
//	service.go          the object graph
//	documents.go        a folder of Markdown files, as ImportArticles wants it
//	trial.go            the search alone, for `parley eval knowledge`
//	internal/article    the domain: change.go has the states. articletest is the contract of its store
//	internal/search     from a question to an article: begin with its doc.go. languages/*.yaml are for people to read
//	internal/asked      searches that are remembered: feedback and gaps
//	internal/sqlstore   both stores, in SQL for SQLite and PostgreSQL alike
//	internal/rpc        protobuf in, domain out, and back
package knowledge
