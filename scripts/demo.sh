#!/usr/bin/env bash
# Builds Convoy and shows it on the model that it grew from, as PyTorch's
# importer writes it: what folds, then the fused program, on the GPU where there
# is one, else on the CPU, compared with the unfused one, and timed.
#
#   scripts/demo.sh [MODEL.mlir]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}
model=${1:-examples/models/headline.mlir}

scripts/build.sh

run=("$build/bin/convoy-run" "$model" --device=auto --verify --time)
printf '\n$ %s\n' "${run[*]}"
exec "${run[@]}"
