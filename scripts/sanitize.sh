#!/usr/bin/env bash
# Builds Convoy with the address and undefined-behaviour sanitizers (preset asan, in
# build-asan/) and runs the tests of the passes and of what hostile IR does to them.
#
#   scripts/sanitize.sh [PATH...]   these tests instead (test/Dialect, a single file)
#
# libMLIR and libLLVM are the distribution's and not instrumented: what goes wrong in
# there is seen only where it reaches memory of ours, and containers that cross the
# border cannot be watched.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build-asan

# What MLIR's registries hold at exit is not ours to free.
export ASAN_OPTIONS=detect_container_overflow=0:detect_stack_use_after_return=1:detect_leaks=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

cmake --preset asan -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1 -DNDEBUG" >/dev/null
tests=$(ninja -C "$build" -t targets all | sed -n 's/^\(Convoy\(Analysis\|Transforms\)Tests\): .*/\1/p')
ninja -C "$build" convoy-opt $tests

suites=("$@")
if [ $# -eq 0 ]; then
  suites=("$build/test/Transforms" "$build/test/Hostile" "$build/unittests/Analysis" "$build/unittests/Transforms")
fi
"$build/bin/convoy-lit" -v "${suites[@]}"
