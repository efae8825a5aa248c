package rpc

// Things a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)
