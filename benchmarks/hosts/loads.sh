# For hosts.sh: the loads, each on its own core, bounded in time; a load prints requests=, secs= and errs=.

ask() { curl -sS --fail --max-time 120 "http://127.0.0.1:${http[$1]}$2"; }
wrk_run() { "${on_load_cpu[@]}" timeout $(($1 + 60)) wrk -t1 --timeout 20 -d"$1" -s "$here/hosts/wrk.lua" "${@:2}" 2>&1 | sed -n 's/^figures //p'; }
h2load_run() { # its own words to the same figures
  "${on_load_cpu[@]}" timeout $(($1 + 60)) h2load -t1 -D "$1" "${@:2}" 2>&1 | awk -v secs="$1" '
    /^requests:/ { for (i = 2; i < NF; i++) if ($(i + 1) ~ /^succeeded/) good = $i; else if ($(i + 1) ~ /^(failed|errored|timeout)/) bad[$(i + 1)] = $i }
    END { if (good == "") exit 1; errs = bad["failed,"] > bad["errored,"] ? bad["failed,"] : bad["errored,"]; printf "requests=%d secs=%d errs=%d\n", good, secs, errs + bad["timeout"] }'
}

# One load for so many seconds; prints its figures.
load() { # SCENARIO TRANSPORT SECS
  local at=127.0.0.1:${port[$2]}
  case $1 in
    plaintext) wrk_run "$3" -c64 "http://$at/plaintext" ;;
    json) wrk_run "$3" -c64 "http://$at/json" ;;
    https) wrk_run "$3" -c64 "https://$at/plaintext" ;;
    h2c) h2load_run "$3" -c8 -m32 "http://$at/plaintext" ;;
    h2) h2load_run "$3" -c8 -m32 "https://$at/plaintext" ;;
    down) wrk_run "$3" -c8 "http://$at/down" ;;
    up) WRK_METHOD=POST WRK_BODY_BYTES=1048576 wrk_run "$3" -c8 "http://$at/up" ;;
    close) WRK_CLOSE=1 wrk_run "$3" -c64 "http://$at/plaintext" ;;
    calls-plaintext) wrk_run "$3" -c1 "http://$at/plaintext" ;;
    calls-json) wrk_run "$3" -c1 "http://$at/json" ;;
    calls-close) WRK_CLOSE=1 wrk_run "$3" -c1 "http://$at/plaintext" ;;
    calls-down) wrk_run "$3" -c1 "http://$at/down" ;;
    calls-h2c) h2load_run "$3" -c1 -m32 "http://$at/plaintext" ;;
    calls-h2) h2load_run "$3" -c1 -m32 "https://$at/plaintext" ;;
    rate) h2load_run "$3" --h1 -c10 --rps $((fixed_rate / 10)) "http://$at/plaintext" ;;
    # h2load begins all its clients at once: they ask in the same millisecond.
    burst) h2load_run "$3" --h1 -c50 --rps $((fixed_rate / 50)) "http://$at/plaintext" ;;
  esac
}
