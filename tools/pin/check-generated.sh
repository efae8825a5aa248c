#!/bin/sh
# Generates the protos' Go and TypeScript code anew into a folder of its own and says what differs from what is committed.
set -eu
buf=$1
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
GOWORK=off "$buf" generate -o "$fresh"
{ diff -r "$fresh/proto/gen" proto/gen && diff -r "$fresh/gateway/console/web/src/gen" gateway/console/web/src/gen; } || { echo "generated code is stale: run make generate" >&2; exit 1; }
