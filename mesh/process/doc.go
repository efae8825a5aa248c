// Package process starts the roles of a process in order and stops them in the reverse order.
//
// What a role needs is added before it: the bus before the services, the services before the gateway. So at a stop the
// doors close first, and whoever is still working finds what it calls still there.
package process
