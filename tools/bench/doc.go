// Package bench measures Parley, each figure beside a reference of the same run: times of one machine say nothing about
// another, ratios do.
//
// The platform under measurement is the built binary, `parley up`, in a process of its own with fresh folders on loopback;
// the sandbox is another; the load comes from this one. All three share the machine's cores, so a figure says what the
// machine carries, vendors and customers included.
//
//	ingest    signed webhooks to their 200, beside a bare handler that commits the same bodies
//	turn      webhook to the vendor having the answer: sustained, and at a given rate
//	rpc       a call through every interceptor, and through the gateway, beside bare ones
//	search    in ten thousand to a million articles, beside the search library alone
//	fairness  one sender floods; what the others wait, beside the same run without the flood
//	growth    turns with a thousand, a hundred thousand and a million conversations stored
package bench
