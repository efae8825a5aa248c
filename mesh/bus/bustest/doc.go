// Package bustest is the contract of a bus and its consumers. Run passes on an embedded and on an external JetStream, with
// positions on every engine of the store.
package bustest
