#!/usr/bin/env bash
# Writes the reference pages that come from TableGen: docs/Passes.md and
# docs/Dialect.md.
#
#   scripts/generate-docs.sh           rewrites them
#   scripts/generate-docs.sh --check   fails when they are not what it would write
set -euo pipefail
cd "$(dirname "$0")/.."
llvm=$(llvm-config-22 --prefix 2>/dev/null || echo /usr/lib/llvm-22)
# The rooms in the order in which their passes run.
rooms=(Transforms Codegen Codegen/Gpu)
for td in $(find include/Convoy -name Passes.td); do
  room=${td#include/Convoy/}
  room=${room%/Passes.td}
  if [[ " ${rooms[*]} " != *" $room "* ]]; then
    echo "generate-docs.sh: error: $td has no place in the list of rooms" >&2
    exit 1
  fi
done

# Without TableGen's own title, table of contents and trailing blanks.
tblgen() {
  "$llvm/bin/mlir-tblgen" -I include -I "$llvm/include" "$@" |
    sed -e '/^<!--.*-->$/d' -e '/^# /d' -e '/^\[TOC\]$/d' -e 's/[[:space:]]*$//'
}

passes() {
  cat <<'TEXT'
# Passes

<!-- Written by scripts/generate-docs.sh from the Passes.td files: edit those. -->

The rooms stand in the order in which their passes run, the passes of a room by name; the [pipelines](Architecture.md#the-way-of-the-data) order these.
TEXT
  for room in "${rooms[@]}"; do
    printf '\n## %s\n\n' "$room"
    tblgen -gen-pass-doc "include/Convoy/$room/Passes.td"
  done
}

dialect() {
  cat <<'TEXT'
# The convoy dialect

<!-- Written by scripts/generate-docs.sh from ConvoyOps.td: edit that. -->

TEXT
  tblgen -gen-dialect-doc -dialect=convoy include/Convoy/Dialect/ConvoyOps.td
}

output=docs
if [ "${1:-}" = --check ]; then
  output=$(mktemp -d)
  trap 'rm -rf "$output"' EXIT
fi
passes | cat -s >"$output/Passes.md"
dialect | cat -s >"$output/Dialect.md"
if [ "$output" != docs ]; then
  for page in Passes.md Dialect.md; do
    diff -u "docs/$page" "$output/$page" || {
      echo "docs/$page is stale: run scripts/generate-docs.sh" >&2
      exit 1
    }
  done
fi
