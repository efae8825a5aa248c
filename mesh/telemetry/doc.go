// Package telemetry is how a process tells what it does: structured logs that know their trace and hold nothing private,
// traces that cross every hop, and the pages that a supervisor reads.
package telemetry
