-- For wrk: what hosts.sh asks for in WRK_METHOD, WRK_BODY_BYTES and WRK_CLOSE, and one line of figures at the end.
wrk.method = os.getenv("WRK_METHOD") or "GET"
local size = tonumber(os.getenv("WRK_BODY_BYTES") or "0")
if size > 0 then
  wrk.body = string.rep("x", size)
end
if os.getenv("WRK_CLOSE") then
  wrk.headers["Connection"] = "close"
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("figures requests=%d secs=%.3f errs=%d p50us=%.0f p99us=%.0f p999us=%.0f\n",
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
