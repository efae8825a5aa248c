#!/bin/sh
# Builds the console anew into a folder of its own and says what differs from what is committed and embedded.
set -eu
web=gateway/console/web
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
(cd "$web" && node_modules/.bin/tsc --noEmit && node_modules/.bin/vite build --logLevel error --emptyOutDir --outDir "$fresh")
diff -r "$fresh" gateway/console/dist || { echo "the console in gateway/console/dist is stale: run make console" >&2; exit 1; }
