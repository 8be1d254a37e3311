#!/usr/bin/env bash
# The tests on a GPU: compiles what they run where the compiler is, runs it where
# the GPU is. On one machine:
#
#   test/Integration/CUDA/run.sh
#
# On two: `run.sh build` here, carry build/gpu-tests over (convoy-exec, artefacts
# and scripts, nothing else is needed there), `python3 build/gpu-tests/run.py` there.
# Further arguments go to build.py and run.py of Inputs/, which say what they take.
set -euo pipefail
cd "$(dirname "$0")/../../.."
build=${BUILD_DIR:-build}
folder=${CONVOY_GPU_TESTS:-$build/gpu-tests}
inputs=test/Integration/CUDA/Inputs

compile() {
  python3 "$inputs/build.py" --bin "$build/bin" --out "$folder" "$@"
}

case ${1:-all} in
all) compile && python3 "$folder/run.py" ;;
build) compile "${@:2}" ;;
run) python3 "$folder/run.py" "${@:2}" ;;
*)
  echo "run.sh: error: expected build, run or nothing, found '$1'" >&2
  exit 1
  ;;
esac
