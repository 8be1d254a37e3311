#!/usr/bin/env bash
# All that is run on a GPU before kernels are published, in two pieces of less than
# ten minutes each, beside the folders gpu-tests and gpu-sweep that run.sh build and
# bench/gpu/build-sweep.py have packed:
#
#   prove.sh tests [FOLDER]   what is timed or counts memory, alone: the record,
#                             the headline, calls. Then all that is not, in many
#                             processes, while what torch.compile chooses from is
#                             compiled beside it, which goes on behind the end
#   prove.sh sweep [FOLDER]   the sweep: Convoy, its peers, variants and counters
#
# Results go to FOLDER, or $OUT. LAYERS takes a part of the sweep, ALONE and BESIDE
# parts of run.py.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${2:-${OUT:-$here/results}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
jobs=$(nproc)
pid_file=/tmp/convoy-prepare.pid
prepared=/tmp/convoy-prepare.log
export PYTHONUNBUFFERED=1

# part SECONDS NAME COMMAND...: what it prints goes to NAME.txt, and its end here
part() {
  local seconds=$1 name=$2 start=$SECONDS
  shift 2
  timeout -k 5 "$seconds" "$@" >"$out/$name.txt" 2>&1
  echo "== $name: status $?, $((SECONDS - start)) s"
  tail -n "${LINES_OF_ONE:-40}" "$out/$name.txt"
}

begin_to_prepare() {
  [ -f "$here/gpu-sweep/sweep.py" ] || return 0
  setsid python3 "$here/gpu-sweep/sweep.py" --prepare 900 --workers $((jobs - 4)) \
    --only "${LAYERS:-}" --results /tmp/convoy-prepare >"$prepared" 2>&1 &
  echo $! >"$pid_file"
}

end_to_prepare() {
  [ -f "$pid_file" ] || return 0
  kill -- "-$(cat "$pid_file")" 2>/dev/null
  rm "$pid_file"
  tail -n 3 "$prepared"
  grep -c '^prepared' "$prepared"
  cp "$prepared" "$out/prepare.txt"
}

case ${1:-} in
tests)
  cd "$here/gpu-tests" || exit 1
  run=(python3 run.py --results "$out")
  part 150 alone "${run[@]}" --jobs "$jobs" --only "${ALONE:-certify,headline,calls}"
  begin_to_prepare
  part 280 beside "${run[@]}" --jobs "$jobs" --only "${BESIDE:-checks,packs,numerics,sanitizer,random,corpus}"
  ;;
sweep)
  cd "$here/gpu-sweep" || exit 1
  end_to_prepare
  LINES_OF_ONE=25 part 580 sweep python3 sweep.py --results "$out/sweep.json" --only "${LAYERS:-}" \
    --seconds "${SWEEP_SECONDS:-520}" --compile-seconds "${COMPILE_SECONDS:-240}"
  ;;
*)
  echo "prove.sh: error: expected tests or sweep, found '${1:-}'" >&2
  exit 1
  ;;
esac
rm -rf "$out"/*.batch
tar -C "$out" -czf "$out/results.tar.gz" --exclude=results.tar.gz .
find "$out" -maxdepth 1 -type f ! -name results.tar.gz -size +1M -delete
