// Package egress is the only way out to addresses that came from outside: attachments, webhooks of partners, connectors.
//
// A name is resolved once and the connection goes to the address that was checked, so an answer that changes in between
// (DNS rebinding) changes nothing. Addresses that are not of the public internet are refused, and a redirect to one is,
// too. Bodies are bounded, counted as they are after decompression.
package egress
