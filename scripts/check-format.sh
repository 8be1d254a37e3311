#!/usr/bin/env bash
# Holds every C and C++ file that git knows against .clang-format.
#
#   scripts/check-format.sh         names what differs, non-zero exit
#   scripts/check-format.sh --fix   rewrites it
set -euo pipefail
cd "$(dirname "$0")/.."

for candidate in clang-format-22 clang-format; do
  if command -v "$candidate" >/dev/null &&
    "$candidate" --version | grep -q 'version 22\.'; then
    tool=$candidate
    break
  fi
done
if [ -z "${tool:-}" ]; then
  echo "check-format.sh: error: expected clang-format 22 (Debian:" \
    "clang-format-22), versions differ in what they accept" >&2
  exit 1
fi

mode=(--dry-run --Werror)
[ "${1:-}" != --fix ] || mode=(-i)
git ls-files -z --cached --others --exclude-standard -- \
  '*.c' '*.cpp' '*.h' '*.cu' '*.cuh' |
  # A file that is deleted but not yet committed is still in the list.
  while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
  done |
  xargs -0 -r "$tool" "${mode[@]}"
