#!/usr/bin/env bash
# Builds the passes on tensors with the address and undefined-behaviour sanitizers
# (target convoy-sanitized, in build/sanitized) and runs what they are tested with:
# their lit tests, what hostile IR does to them, the unit tests of analysis and
# transforms, the fuzzer's corpus and a while beyond, and random programs.
#
#   scripts/sanitize.sh [PATH...]   these lit tests alone (test/Dialect, a single file)
#
# The build is that of scripts/build.sh, or BUILD. Back ends are not instrumented,
# nor are libMLIR and libLLVM, which are the distribution's: what goes wrong in there
# is seen only where it reaches memory of ours, and containers that cross the border
# cannot be watched. The preset asan instruments the back ends too.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(cd "${BUILD:-build}" && pwd)
tools=$build/sanitized

# What MLIR's registries hold at exit is not ours to free; and of LLVM's bump allocators, which poison
# what they have not handed out, only a part is instrumented.
export ASAN_OPTIONS=detect_container_overflow=0:detect_stack_use_after_return=1:detect_leaks=0:allow_user_poisoning=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

ninja -C "$build" convoy-sanitized
suites=("$@")
[ $# -gt 0 ] || suites=("$build/test/Transforms" "$build/test/Hostile")
"$build/bin/convoy-lit" -sv --param "tools=$tools" "${suites[@]}"
[ $# -eq 0 ] || exit 0

"$tools/ConvoyAnalysisTests" --gtest_brief=1
"$tools/ConvoyTransformsTests" --gtest_brief=1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$tools/convoy-fuzz" "$scratch" test/Fuzz/corpus -seed=2 -runs=500 -timeout=120 \
  -rss_limit_mb=8192 -artifact_prefix="$scratch/" -print_final_stats=1

llvm=$(sed -n 's/^config.llvm_tools_dir = "\(.*\)"$/\1/p' "$build/test/lit.site.cfg.py")
python3 test/Semantics/Inputs/judge.py --tools "$build/bin" --llvm-tools "$llvm" \
  --fold-with "$tools/convoy-opt" --seed 60000 --count 500
