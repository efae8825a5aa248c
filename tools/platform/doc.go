// Package platform puts every role of Parley into one process: the object graph of `parley up`, written by hand, top to
// bottom. Nothing here is business; it opens stores, hands out nodes, and starts and stops roles in order.
package platform
