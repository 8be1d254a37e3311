#!/usr/bin/env bash
# All that is run on a GPU before kernels are published, in two pieces of less than
# ten minutes each; in the folder gpu-tests that run.sh build made, with gpu-sweep of
# bench/gpu/build-sweep.py beside it:
#
#   prove.sh tests [FOLDER]   what is not timed, in many processes; then alone what
#                             is timed or counts memory: the record, the headline, calls
#   prove.sh sweep [FOLDER]   the sweep: Convoy, its peers, variants and counters
#
# From the first piece on, what torch.compile chooses from is compiled beside it; that
# stops while anything is timed, and goes on between the pieces.
# Ends with 1 if a part of it failed. Results go to FOLDER, or $OUT. LAYERS takes a part of the sweep, ALONE and BESIDE
# parts of run.py.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
out=${2:-${OUT:-$here/results}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
jobs=$(nproc)
pid_file=/tmp/convoy-prepare.pid
prepared=/tmp/convoy-prepare.log
failed=()
export PYTHONUNBUFFERED=1

# part SECONDS NAME COMMAND...: what it prints goes to NAME.txt, and its end here
part() {
  local seconds=$1 name=$2 start=$SECONDS
  shift 2
  timeout -k 5 "$seconds" "$@" >"$out/$name.txt" 2>&1
  local status=$?
  [ $status -eq 0 ] || failed+=("$name")
  echo "== $name: status $status, $((SECONDS - start)) s"
  tail -n "${LINES_OF_ONE:-40}" "$out/$name.txt"
}

begin_to_prepare() {
  [ -f "$here/gpu-sweep/sweep.py" ] || return 0
  setsid python3 "$here/gpu-sweep/sweep.py" --prepare 900 --workers $((jobs - 4)) \
    --results /tmp/convoy-prepare </dev/null >"$prepared" 2>&1 &
  echo $! >"$pid_file"
}

# signal NAME: to all processes that prepare
signal() {
  [ ! -f "$pid_file" ] || kill "-$1" -- "-$(cat "$pid_file")" 2>/dev/null
}

end_to_prepare() {
  [ -f "$pid_file" ] || return 0
  signal KILL
  rm "$pid_file"
  cp "$prepared" "$out/prepare.txt"
  echo "prepared: $(grep -c '^prepared' "$prepared")"
}

case ${1:-} in
tests)
  cd "$here/gpu-tests" || exit 1
  run=(python3 run.py --results "$out" --jobs "$jobs")
  begin_to_prepare
  part 280 beside "${run[@]}" --only "${BESIDE:-checks,packs,numerics,sanitizer,random,corpus}"
  signal STOP
  part 150 alone "${run[@]}" --only "${ALONE:-certify,headline,calls}"
  signal CONT
  ;;
sweep)
  cd "$here/gpu-sweep" || exit 1
  # Killed, not stopped: what is stopped may hold locks of the caches.
  end_to_prepare
  part 580 sweep python3 sweep.py --results "$out/sweep.json" --only "${LAYERS:-}" \
    --seconds "${SWEEP_SECONDS:-540}" --compile-seconds "${COMPILE_SECONDS:-300}"
  ;;
*)
  echo "prove.sh: error: expected tests or sweep, found '${1:-}'" >&2
  exit 1
  ;;
esac
# Results lie in few and small files where they are carried back.
tar -C "$out" -czf "$out.tar.gz" . && mv "$out.tar.gz" "$out/results.tar.gz"
find "$out" -maxdepth 1 -type f ! -name results.tar.gz -size +1M -delete
if [ ${#failed[@]} -ne 0 ]; then
  echo "prove.sh: failed: ${failed[*]}"
  exit 1
fi
