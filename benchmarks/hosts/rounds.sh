# For hosts.sh: what a round is, for each kind of scenario; a round is one line in $work/results.

record() { printf '%s\n' "$*" >>"$work/results"; say "$*"; }

at_fixed_rate() { [[ $1 == rate || $1 == burst ]]; } # SCENARIO

# Requests for the processor time that the server used meanwhile.
round() { # SCENARIO TRANSPORT
  local before figures used time=$secs
  # At a fixed rate the server is mostly idle, and a hundredth of a second is much of its time.
  ! at_fixed_rate "$1" || time=$((2 * secs))
  before=$(ticks "$2")
  figures=$(load "$1" "$2" "$time") && [[ -n $figures ]] || fail "$1 against $2 failed."
  used=$(($(ticks "$2") - before))
  # A request that was due and did not come is an error of the rate.
  ! at_fixed_rate "$1" || figures=$(awk "BEGIN { ${figures// /; }; missing = $fixed_rate * secs - requests; printf \"requests=%d secs=%d errs=%d\", requests, secs, errs + (missing > 0.02 * $fixed_rate * secs ? missing : 0) }")
  record "$1 $2 $figures $(awk -v ticks=$used "$(printf 'BEGIN { %s; cpu = ticks / 100; ' "${figures// /; }")"'
    printf "cpu_s=%.2f per_s=%.0f", cpu, requests / secs; if (cpu > 0) printf " per_cpu_s=%.1f cpu_us=%.3f", requests / cpu, cpu * 1e6 / requests }')"
}

# At a fixed rate the compiler would work for minutes: what it is asked for there is plaintext, too, as fast as it can.
warm_up() { # SCENARIO TRANSPORT
  local as=$1
  ! at_fixed_rate "$1" || as=plaintext
  [[ -n $(load "$as" "$2" "$warm") ]] || fail "$1 against $2 failed: $(cat "$work/$2.log")"
}

# Who begins changes with every round.
in_turn() { # ROUND
  if (($1 % 2)); then echo "${transports[@]}"; else echo "${transports[1]} ${transports[0]}"; fi
}

rounds_of() { # SCENARIO
  local round transport scheme=http
  case $1 in https | h2 | h2c) scheme=$1 ;; esac
  start_both $scheme
  for transport in "${transports[@]}"; do warm_up "$1" "$transport"; done
  for ((round = 1; round <= rounds; round++)); do
    for transport in $(in_turn $round); do round "$1" "$transport"; done
  done
  stop_all
}

# Sixteen controllers sleep at once, again and again; a request of the other 64 clients counts from the moment it was due.
# A server of its own for every round: the threads that the pool adds in one would be there in the next.
sleep_round() { # TRANSPORT
  local others time=$((3 * secs))
  start "$1" http
  warm_up plaintext "$1"
  [[ $(ask "$1" /sleep) == slept ]] || fail "/sleep of $1 has no answer."
  "${on_load_cpu[@]}" timeout $((time + 60)) "$tool" load rate --rate 2000 --conns 64 --get /plaintext --warm 1 --secs "$time" --port "${port[$1]}" --pid "${server[$1]}" >"$work/others" &
  others=$!
  strays=("$others")
  # The others are there before the sleepers, which begin before it counts.
  sleep 0.8
  wrk_run $((time + 1)) -c16 "http://127.0.0.1:${port[$1]}/sleep" >"$work/slept"
  wait $others || fail "sleep against $1 failed."
  strays=()
  # None is possible: then no thread was left for an answer.
  record "sleep $1 $(cut -d" " -f2- "$work/others") slept=$(sed 's/.*requests=\([0-9]*\).*/\1/' "$work/slept")"
  stop_all
}

# Idle connections: memory for each, and the pipes in the heap.
idle_round() { # TRANSPORT
  local line= pipes= client
  start "$1" http
  mkfifo "$work/hold"
  "${on_load_cpu[@]}" "$host" idle "${http[$1]}" "$idle" <"$work/hold" >"$work/idle" 2>&1 &
  client=$!
  strays=("$client")
  exec 8>"$work/hold"
  for _ in {1..1200}; do
    line=$(grep '^conns=' "$work/idle" || true)
    [[ -z $line ]] || break
    kill -0 "$client" 2>/dev/null || break
    sleep 0.1
  done
  [[ -n $line ]] || fail "idle against $1 failed: $(cat "$work/idle")"
  if [[ -n $gcdump ]]; then
    "$gcdump" collect -p "${server[$1]}" -o "$work/heap.gcdump" >"$work/log" 2>&1 && "$gcdump" report "$work/heap.gcdump" >"$work/heap" 2>>"$work/log" || fail "dotnet-gcdump failed: $(cat "$work/log")"
    pipes=$(awk '$3 == "System.IO.Pipelines.Pipe" { sum += $2 } END { print " pipes=" sum + 0 }' <(tr -d ',' <"$work/heap"))
    rm -f "$work/heap.gcdump"
  fi
  record "idle $1 $line$pipes"
  exec 8>&-
  wait "$client" || true
  strays=()
  rm -f "$work/hold"
  stop_all
}

# What noise does not move: system calls that touch the network, and allocated bytes, for each request of one client.
# Those of waiting threads (futex, sched_yield) depend on how busy the machine is; lines of a round have them, the sum has not.
calls_of() { # SCENARIO
  command -v strace >/dev/null || fail 'strace is missing, which counts system calls.'
  local transport scheme=http
  case $1 in calls-h2c | calls-h2) scheme=${1#calls-} ;; esac
  start_both $scheme
  for transport in "${transports[@]}"; do
    warm_up "$1" "$transport"
    calls_round "$1" "$transport"
  done
  stop_all
}

calls_round() { # SCENARIO TRANSPORT
  local tracer before after figures allocated
  before=$(ask "$2" /allocated)
  figures=$(load "$1" "$2" "$secs")
  after=$(ask "$2" /allocated)
  allocated=$(awk "BEGIN { ${figures// /; }; printf \"%.1f\", ($after - $before) / requests }")
  : >"$work/attached"
  strace -c -f -S calls -U calls,name -p "${server[$2]}" -o "$work/calls" 2>"$work/attached" &
  tracer=$!
  strays=("$tracer")
  for _ in {1..100}; do
    ! grep -q attached "$work/attached" || break
    sleep 0.05
  done
  sleep 0.5
  figures=$(load "$1" "$2" "$secs")
  kill -INT "$tracer"
  wait "$tracer" || true
  strays=()
  [[ -n $figures && -s $work/calls ]] || fail "$1 against $2 failed: $(cat "$work/attached")"
  record "$1 $2 bytes=$allocated $(awk "BEGIN { ${figures// /; } }"'
    $1 !~ /^[0-9]+$/ || $2 == "total" { next }
    $2 ~ /^(recv|send|accept|epoll_|poll|close|shutdown|socket|getsock|setsock|getpeer|fcntl|ioctl|prlimit|readv|writev)/ { sum += $1 }
    $1 / requests >= 0.005 { names = names sprintf(" %s=%.2f", $2, $1 / requests) }
    END { printf "calls=%.2f%s", sum / requests, names }' "$work/calls") $figures"
}
