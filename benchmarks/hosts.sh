#!/usr/bin/env bash
# Compares ASP.NET Core on the transport of Net.Async with ASP.NET Core on Kestrel's own sockets, one core for the server, one for the load.
# Usage: hosts.sh [-r ROUNDS] [-d SECS] [-w WARM-UP] [-c CONNECTIONS] [-k FILE] [SCENARIO...]
#   7 rounds of 5 s after 20 s of warm-up for each transport, all scenarios unless some are named; -c is for idle (2,000); -k keeps the lines of all rounds.
#   SERVER_CPU and LOAD_CPU (0 and 1) choose the cores; GCDUMP is the dotnet-gcdump that counts pipes in idle.
# Prints one table of markdown and leaves nothing behind. Rounds are interleaved, so that a slow minute of the machine hits both.
set -euo pipefail

all=(plaintext json https h2c h2 down up close rate burst sleep idle calls-plaintext calls-json calls-close calls-down calls-h2c calls-h2)
transports=(netasync sockets)
rounds=7 secs=5 warm=20 idle=2000 keep=
fixed_rate=5000
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
declare -A server=() port=() http=()
strays=()

fail() { printf 'hosts.sh: %s\n' "$1" >&2; exit "${2:-1}"; }
say() { if [[ -t 2 || -n ${VERBOSE:-} ]]; then printf '%s\n' "$1" >&2; fi; }
whole() { [[ $1 =~ ^[1-9][0-9]{0,4}$ && $1 -le $2 ]] || fail "'$1' is no whole number from 1 to $2." 2; }

while getopts r:d:w:c:k: option; do
  case $option in
    r) whole "$OPTARG" 99; rounds=$OPTARG ;;
    d) whole "$OPTARG" 600; secs=$OPTARG ;;
    w) whole "$OPTARG" 600; warm=$OPTARG ;;
    c) whole "$OPTARG" 20000; idle=$OPTARG ;;
    k) keep=$OPTARG ;;
    *) fail "usage: hosts.sh [-r ROUNDS] [-d SECS] [-w WARM-UP] [-c CONNECTIONS] [-k FILE] [SCENARIO...]; scenarios: ${all[*]}" 2 ;;
  esac
done
shift $((OPTIND - 1))
scenarios=("$@")
[[ $# -gt 0 ]] || scenarios=("${all[@]}")
for scenario in "${scenarios[@]}"; do
  [[ " ${all[*]} " == *" $scenario "* ]] || fail "'$scenario' is no scenario; there are ${all[*]}." 2
done
for tool in taskset dotnet wrk h2load curl; do
  command -v $tool >/dev/null || fail "$tool is missing (Debian: util-linux, wrk, nghttp2-client, curl)."
done
on_server_cpu=(taskset -c "${SERVER_CPU:-0}") on_load_cpu=(taskset -c "${LOAD_CPU:-1}")
"${on_server_cpu[@]}" true && "${on_load_cpu[@]}" true || fail 'this machine has not both cores; see SERVER_CPU and LOAD_CPU.'
((idle + 1000 <= $(ulimit -n))) || ulimit -n "$(ulimit -Hn)"
((idle + 1000 <= $(ulimit -n))) || fail "idle opens $idle connections: raise the limit of open files (ulimit -n)."

work=$(mktemp -d)
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A scenario that fails takes nothing from those that were measured before it.
finish() {
  stop_all
  if [[ -s $work/results ]]; then
    "$host" table "$work/results"
    [[ -z $keep ]] || cp "$work/results" "$keep"
  fi
  rm -rf "$work"
}

for part in servers loads rounds; do . "$here/hosts/$part.sh"; done

# All files of the build go to the work directory, as the tree may be in use by another build; no compiler server stays behind.
build() {
  dotnet build "$here/$1" -c Release --artifacts-path "$work/build" --disable-build-servers --nologo -v quiet -clp:NoSummary -p:NuGetAudit=false >"$work/log" 2>&1 || fail "the build failed: $(cat "$work/log")"
}
say 'building'
build Net.Async.HostLoad
build Net.Async.Load
host=$work/build/bin/Net.Async.HostLoad/release/Net.Async.HostLoad tool=$work/build/bin/Net.Async.Load/release/Net.Async.Load

gcdump=${GCDUMP:-$(command -v dotnet-gcdump || true)}
if [[ -z $gcdump && " ${scenarios[*]} " == *" idle "* ]]; then
  dotnet tool install dotnet-gcdump --tool-path "$work/tools" >"$work/log" 2>&1 && gcdump=$work/tools/dotnet-gcdump || echo 'hosts.sh: dotnet-gcdump cannot be installed: idle counts no pipes.' >&2
fi

: >"$work/results"
start netasync http
start sockets http
header() { grep -E '^(runtime|collector|runtimeconfig|environment) ' "$work/$1.log" | sort; }
[[ $(header netasync) == "$(header sockets)" ]] || fail "the transports do not run alike: $(diff <(header netasync) <(header sockets))"
echo "commit $(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $(uname -r), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; load $(cut -d' ' -f1 /proc/loadavg) before"
header netasync
echo "rounds $rounds of $secs s, warm-up $warm s"
echo
stop_all

for scenario in "${scenarios[@]}"; do
  case $scenario in
    sleep | idle)
      [[ $scenario == idle && $rounds -gt 3 ]] && times=3 || times=$rounds
      for ((round = 1; round <= times; round++)); do
        for transport in $(in_turn $round); do "${scenario}_round" "$transport"; done
      done
      ;;
    calls-*) calls_of "$scenario" ;;
    *) rounds_of "$scenario" ;;
  esac
done
