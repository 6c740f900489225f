# For hosts.sh: the applications under load, one for each transport.
# Sets server[TRANSPORT] to the process, port[TRANSPORT] to the port of its scheme, http[TRANSPORT] to that of plain HTTP.

# Only ever the process that this script started, by its number.
stop() {
  local pid=$1
  kill "$pid" 2>/dev/null || true
  for _ in {1..100}; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

stop_all() {
  local pid
  for pid in "${strays[@]}" "${server[@]}"; do stop "$pid"; done
  strays=() server=()
}

# Starts the application on a transport, speaking one scheme, and plain HTTP beside it for what the script asks itself.
start() { # TRANSPORT SCHEME
  local log=$work/$1.log line=
  : >"$log"
  "${on_server_cpu[@]}" "$host" serve "$1" "$2" http >"$log" 2>&1 &
  server[$1]=$!
  for _ in {1..400}; do
    line=$(sed -n 's/^ready //p' "$log")
    [[ -z $line ]] || break
    kill -0 "${server[$1]}" 2>/dev/null || break
    sleep 0.05
  done
  [[ $line =~ ^$2=([0-9]+)\ http=([0-9]+)$ ]] || fail "$1 did not start: $(cat "$log")"
  port[$1]=${BASH_REMATCH[1]} http[$1]=${BASH_REMATCH[2]}
}

start_both() { local transport; for transport in "${transports[@]}"; do start "$transport" "$1"; done; }

# Processor time of a server so far, all threads, in ticks of a hundredth of a second.
ticks() {
  local stat fields
  stat=$(<"/proc/${server[$1]}/stat")
  read -ra fields <<<"${stat##*) }"
  echo $((fields[11] + fields[12]))
}
