#!/usr/bin/env bash
# Compares relays on one core each: ours, two Stream.CopyToAsync over NetworkStream, HAProxy's TCP mode. Behind each is the same echo server on the load's core.
# Usage: relay.sh [ROUNDS] [SECS]     7 rounds of 3 seconds unless told, behind 12 of warm-up each; SERVER_CPU and LOAD_CPU (0 and 1) choose the cores
# Prints megabytes echoed for a second of the relay's processor time: each crosses the relay twice. Ends only what it started.
set -euo pipefail

rounds=${1:-7} secs=${2:-3}
relays=(net-async stream)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
relay= echo=

fail() { printf 'relay.sh: %s\n' "$1" >&2; exit "${2:-1}"; }

[[ $# -le 2 && $rounds =~ ^[1-9][0-9]{0,2}$ && $secs =~ ^[1-9][0-9]{0,2}$ && $secs -le 600 ]] || fail 'usage: relay.sh [ROUNDS 1-999] [SECS 1-600]' 2
command -v taskset >/dev/null || fail 'taskset is missing (package util-linux).'
command -v haproxy >/dev/null && relays+=(haproxy) || printf 'relay.sh: haproxy is missing: its rows are left out.\n' >&2

work=$(mktemp -d)
trap 'stop "$relay"; stop "$echo"; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Only ever a process that this script started, by its number.
stop() {
  [[ -n $1 ]] || return 0
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# Waits for the line "ready PORT" in a file.
await_ready() {
  for _ in {1..200}; do
    port=$(sed -n 's/^ready //p' "$1")
    [[ -z $port ]] || return 0
    sleep 0.05
  done
  fail "$1 did not start"
}

# HAProxy takes no port of the system's choice: one that was free a moment ago.
start_haproxy() {
  : >"$work/probe"
  "$program" serve socket 0 >"$work/probe" &
  local probe=$!
  await_ready "$work/probe"
  stop "$probe"
  printf 'global\n  nbthread 1\ndefaults\n  mode tcp\n  option splice-auto\n  timeout connect 5s\n  timeout client 1m\n  timeout server 1m\nlisten relay\n  bind 127.0.0.1:%s\n  server echo 127.0.0.1:%s\n' "$port" "$target" >"$work/haproxy.cfg"
  taskset -c "${SERVER_CPU:-0}" haproxy -f "$work/haproxy.cfg" -db 2>"$work/haproxy.log" &
  relay=$!
  sleep 0.5
}

start_relay() {
  [[ $1 != haproxy ]] || { start_haproxy; return; }
  : >"$work/ready"
  taskset -c "${SERVER_CPU:-0}" "$program" relay "$1" 0 "$target" >"$work/ready" &
  relay=$!
  await_ready "$work/ready"
}

dotnet build "$here/Net.Async.Load" -c Release --artifacts-path "$work/build" --disable-build-servers --nologo -v quiet -clp:NoSummary >"$work/log" 2>&1 || fail "the build failed: $(cat "$work/log")"
program=$work/build/bin/Net.Async.Load/release/Net.Async.Load
: >"$work/echo"
taskset -c "${LOAD_CPU:-1}" "$program" serve socket 0 >"$work/echo" &
echo=$!
await_ready "$work/echo"
target=$port

# Pieces that wait for their answer, and pieces that are longer than what is under way in between: those keep the relay busy.
for size in 65536 1048576; do
  for ((round = 1; round <= rounds; round++)); do
    for one in "${relays[@]}"; do
      start_relay "$one"
      line=$(taskset -c "${LOAD_CPU:-1}" timeout $((secs + 60)) "$program" load stream --conns 8 --size "$size" --secs "$secs" --warm 12 --port "$port" --pid "$relay") || fail "the load on $one failed."
      printf '%s %s\n' "$one" "$line" >>"$work/results$size"
      stop "$relay"
      relay=
    done
  done
  printf 'pieces of %s bytes\n' "$size"
  "$program" table "$work/results$size"
done
