// Package lanes runs work that is in order per key and fair between keys.
//
// The work itself stands in a table; a lane is only the knowledge that a key has some. A lane is worked by one worker at a
// time, takes one turn, and goes to the end of the line: a key with five thousand rows delays another by one turn, not by
// five thousand rows. A lane that failed sleeps alone.
//
// Memory is bounded by the number of lanes. A key beyond it is not lost: it is found in the table again when others are
// done.
package lanes
