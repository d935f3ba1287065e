-- Prints the result of a run as one line of JSON; times in microseconds.
function done(summary, latency, requests)
   local e = summary.errors
   print(string.format(
      '{"requests":%d,"seconds":%.6f,"p50":%d,"p90":%d,"p99":%d,"max":%d,"failed":%d}',
      summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(90),
      latency:percentile(99), latency.max, e.connect + e.read + e.write + e.status + e.timeout))
end
