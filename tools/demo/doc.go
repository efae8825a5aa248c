// Package demo reads the demo company from its YAML files and loads it through the services' own RPCs, as any tenant's
// books would be.
//
//	customers.yaml  who they are, and their plan
//	plans.yaml      what is sold, and for how much
//	invoices.yaml   what was billed beyond the plans, by month offsets
//	facts.yaml      what else holds; nothing is loaded of it, but the articles are held to it by a test
//	staff.yaml      who answers what the assistant cannot
//
// Months are counted from an anchor, the time of the first start: 0 is the anchor's month, in the company's time zone.
// Loading it again with the same anchor changes nothing.
package demo
