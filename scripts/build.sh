#!/usr/bin/env bash
# Builds Convoy: installs the Debian packages that are missing (asks nothing),
# configures a Release build with Ninja and builds it. Running it again does
# only what is left to do.
#
#   scripts/build.sh [TARGET...]      default: everything
#
#   BUILD_DIR=build                   where to build, under the source tree
#   CONVOY_INSTALL_PACKAGES=1         0: never call apt
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build}

# What builds Convoy, then what only its tests and checks need.
packages=(
  cmake g++ ninja-build ccache python3
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools
  libcli11-dev libdlpack-dev libxtensor-dev nlohmann-json3-dev
  libgtest-dev libgmock-dev python3-numpy python3-psutil python3-venv git
  clang-format-22 clang-tidy-22 clang-22 libclang-rt-22-dev
)

die() {
  printf 'build.sh: error: %s\n' "$*" >&2
  exit 1
}

# The packages of the list that dpkg does not know as installed.
missing_packages() {
  comm -13 \
    <(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "${packages[@]}" \
        2>/dev/null | sed -n 's/^ii  *//p' | sort -u) \
    <(printf '%s\n' "${packages[@]}" | sort -u)
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "build.sh: no apt-get here; going on with what is installed" >&2
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] && return
  echo "Installing: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    # Only a person at a terminal can answer sudo's question for a password.
    command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; } ||
      die "these packages are missing, and installing them takes root or a" \
          "sudo that asks nothing: ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq ||
    echo "build.sh: apt-get update failed; trying with the lists at hand" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >"$log" 2>&1 || {
      cat "$log" >&2
      die "apt-get could not install: ${missing[*]}"
    }
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

if [ "${CONVOY_INSTALL_PACKAGES:-1}" != 0 ]; then
  install_packages
fi
if [ ! -f "$build/build.ninja" ]; then
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
fi
cmake --build "$build" --target "${@:-all}"
