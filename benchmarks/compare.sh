#!/usr/bin/env bash
# Compares echo servers on one core each: ours, a raw socket, pipes around a stream, Kestrel's transport; with tls ours, SslStream over NetworkStream, and Kestrel's UseHttps.
# Usage: compare.sh [ROUNDS] [SECS] [tls]     3 rounds of 3 seconds unless told; SERVER_CPU and LOAD_CPU (0 and 1) choose the cores
# Prints one table and leaves nothing behind. Rounds are interleaved, so that a slow minute of the machine hits every peer.
set -euo pipefail

rounds=${1:-3} secs=${2:-3}
peers=(net-async socket stream kestrel)
loads=(
  'pingpong --conns 64 --size 64'
  'stream --conns 8 --size 65536'
  'churn --size 64'
  'idle --conns 8000 --size 64'
)
if [[ ${3:-} == tls ]]; then
  peers=(net-async-tls stream-tls kestrel-tls)
  # What OpenSSL and SslStream need is compiled after some seconds.
  loads=(
    'tls-pingpong --conns 64 --size 1024 --warm 12'
    'tls-stream --conns 8 --size 65536 --warm 12'
    'tls-handshakes --conns 8 --warm 12'
    'tls-idle --conns 2000'
  )
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
server=

fail() { printf 'compare.sh: %s\n' "$1" >&2; exit "${2:-1}"; }
say() { if [[ -t 2 ]]; then printf '%s\n' "$1" >&2; fi; }

[[ $# -le 3 && ${3:-tls} == tls && $rounds =~ ^[1-9][0-9]{0,2}$ && $secs =~ ^[1-9][0-9]{0,2}$ && $secs -le 600 ]] ||
  fail 'usage: compare.sh [ROUNDS 1-999] [SECS 1-600] [tls]' 2
command -v taskset >/dev/null || fail 'taskset is missing (package util-linux): without it server and load would share cores.'
command -v dotnet >/dev/null || fail 'dotnet is missing.'
on_server_cpu=(taskset -c "${SERVER_CPU:-0}") on_load_cpu=(taskset -c "${LOAD_CPU:-1}")
"${on_server_cpu[@]}" true && "${on_load_cpu[@]}" true || fail 'this machine has not both cores; see SERVER_CPU and LOAD_CPU.'
(($(ulimit -n) >= 8200)) || ulimit -n "$(ulimit -Hn)"
(($(ulimit -n) >= 8200)) || fail 'idle opens 8000 connections: raise the limit of open files (ulimit -n).'

work=$(mktemp -d)
trap 'stop_server; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Only ever the process that this script started, by its number.
stop_server() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  for _ in {1..50}; do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# Starts a peer on a free port and sets server and port.
start_server() {
  : >"$work/ready"
  "${on_server_cpu[@]}" "$program" serve "$1" 0 >"$work/ready" 2>"$work/errors" &
  server=$!
  for _ in {1..200}; do
    port=$(sed -n 's/^ready //p' "$work/ready")
    [[ -z $port ]] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  fail "$1 did not start: $(cat "$work/errors")"
}

measure() { # PEER LOAD...
  local peer=$1; shift
  start_server "$peer"
  local line
  line=$("${on_load_cpu[@]}" timeout $((secs + 120)) "$program" load "$@" --secs "$secs" --port "$port" --pid "$server") ||
    fail "$1 against $peer failed."
  say "$peer $line"
  printf '%s %s\n' "$peer" "$line" >>"$work/results"
  stop_server
}

# All files of the build go to the work directory, as the tree may be in use by another build; no compiler server stays behind.
say 'building'
dotnet build "$here/Net.Async.Load" -c Release --artifacts-path "$work/build" --disable-build-servers --nologo -v quiet -clp:NoSummary >"$work/log" 2>&1 ||
  fail "the build failed: $(cat "$work/log")"
program=$work/build/bin/Net.Async.Load/release/Net.Async.Load

for ((round = 1; round <= rounds; round++)); do
  for load in "${loads[@]}"; do
    for peer in "${peers[@]}"; do
      read -ra words <<<"$load"
      measure "$peer" "${words[@]}"
    done
  done
done
"$program" table "$work/results"
