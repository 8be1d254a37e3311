#!/usr/bin/env bash
# Prints the path of a ptxas: that of CONVOY_PTXAS, PATH, CUDA_HOME or
# /usr/local/cuda, else one from PyPI that it installs once in an environment
# under the build folder. Prints nothing and fails if there is none to be had.
#
#   scripts/get-ptxas.sh
#
#   BUILD_DIR=build       the environment is $BUILD_DIR/ptxas
set -euo pipefail
cd "$(dirname "$0")/.."
environment=$PWD/${BUILD_DIR:-build}/ptxas
package=nvidia-cuda-nvcc==13.0.88

for candidate in "${CONVOY_PTXAS:-}" "$(command -v ptxas || true)" \
  "${CUDA_HOME:+$CUDA_HOME/bin/ptxas}" /usr/local/cuda/bin/ptxas; do
  if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
    echo "$candidate"
    exit 0
  fi
done

find_installed() {
  find "$environment" -path '*/bin/ptxas' -type f 2>/dev/null | head -n 1
}

if [ -z "$(find_installed)" ]; then
  # What is half installed is begun again the next time.
  { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --no-deps "$package"; } >&2 || {
    rm -rf "$environment"
    echo "get-ptxas.sh: no ptxas found, and $package could not be installed" >&2
    exit 1
  }
fi
ptxas=$(find_installed)
chmod +x "$ptxas"
"$ptxas" --version >/dev/null
echo "$ptxas"
