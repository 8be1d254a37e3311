#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) with the compile commands of the build.
#
#   scripts/tidy.sh              every source file (minutes)
#   scripts/tidy.sh --changed    those changed since CONVOY_TIDY_BASE, at most 20
#   scripts/tidy.sh FILE...      these
#
# Exit status: 0 clean, 77 nothing could be checked (no clang-tidy), else dirty.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}
# A large change is left to the full run; the tests stay quick.
most_changed=20

tool=$(command -v clang-tidy-22 || command -v clang-tidy || true)
if [ -z "$tool" ]; then
  echo "tidy.sh: no clang-tidy here (Debian: clang-tidy-22); nothing checked"
  exit 77
fi

# The revision that a change starts from: where it left the upstream branch, or
# the last commit when it is the upstream branch.
change_base() {
  local base
  base=${CONVOY_TIDY_BASE:-}
  [ -n "$base" ] || base=$(git merge-base HEAD '@{upstream}' 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse --verify -q HEAD~1 || git rev-parse HEAD)
  fi
  echo "$base"
}

# What the build compiles, as paths from the root of the source tree.
compiled_files() {
  python3 - "$build/compile_commands.json" "$PWD" <<'PYTHON'
import json, os, sys
commands, root = sys.argv[1:]
files = {os.path.relpath(c["file"], root) for c in json.load(open(commands))}
print(*sorted(f for f in files if f.endswith((".cpp", ".c")) and
              not f.startswith("..")), sep="\n")
PYTHON
}

case "${1:-}" in
  --changed)
    changed=$({ git diff --name-only --diff-filter=d "$(change_base)" --
                git ls-files --others --exclude-standard; } | sort -u)
    mapfile -t files < <(comm -12 <(compiled_files) - <<<"$changed")
    if [ ${#files[@]} -gt $most_changed ]; then
      echo "tidy.sh: ${#files[@]} files changed; checking $most_changed," \
        "scripts/tidy.sh checks all"
      files=("${files[@]:0:most_changed}")
    fi ;;
  "") mapfile -t files < <(compiled_files | grep -v "^$build/") ;;
  *) files=("$@") ;;
esac
if [ ${#files[@]} -eq 0 ]; then
  echo "tidy.sh: no changed source files"
  exit 0
fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" "$tool" -p "$build" --quiet \
    --warnings-as-errors='*'
