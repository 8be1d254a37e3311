#!/usr/bin/env bash
# Times the model that Convoy grew from at its full size on the CPU, compiled
# before: what README.md of this folder lists.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BUILD_DIR:-build}/bin

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
lscpu | grep -E '^(Model name|CPU\(s\)):'
"$bin/convoy-compile" examples/models/headline.mlir -o "$scratch/model.so" \
  --remarks=none --with-reference
for entry in main main__unfused; do
  echo "$entry:"
  "$bin/convoy-run" "$scratch/model.so" --device=cpu --entry="$entry" --time |
    grep '^time:'
done
