#!/usr/bin/env bash
# Builds Convoy and checks everything that a change must keep: formatting,
# clang-tidy on the changed files, the lit suite and the unit tests. The last
# line is the sum; the exit status is non-zero when anything failed.
#
#   scripts/test.sh [PATH...]     only these tests (test/Dialect, a single file)
#
#   CONVOY_TIDY_BASE=REVISION     changed files are those changed since this one
#                                 (default: the upstream branch, else HEAD~1)
#   CONVOY_VERIFY_ROUNDTRIP=1     convoy-opt also prints and parses its input
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}

scripts/build.sh all convoy-test-depends

# Without a ptxas the tests that make cubins are skipped, and counted.
if ptxas=$(scripts/get-ptxas.sh); then
  export CONVOY_PTXAS=$ptxas
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

if [ $# -gt 0 ]; then
  suites=("$@")
else
  suites=("$build/test" "$build/unittests")
  scripts/check-format.sh >"$results/clang-format.log" 2>&1 &&
    echo passed >"$results/clang-format" ||
    echo failed >"$results/clang-format"
  scripts/tidy.sh --changed >"$results/clang-tidy.log" 2>&1 && status=0 ||
    status=$?
  case $status in
    0) echo passed ;;
    77) echo skipped ;;
    *) echo failed ;;
  esac >"$results/clang-tidy"
fi

# lit's own status says less than its report: the sum is made from the report.
"$build/bin/convoy-lit" -s -v --order=lexical --output "$results/lit.json" \
  "${suites[@]}" || true
python3 scripts/sum-tests.py "$results"
