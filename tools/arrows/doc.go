// Package arrows holds the house to its plan: tools → gateway, adapters, services → mesh → proto. Its test reads the
// import graph of the whole workspace.
package arrows
