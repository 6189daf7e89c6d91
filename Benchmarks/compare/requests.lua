-- wrk's side of the reads: one request after another out of a file.
--
-- wrk -s requests.lua ADDRESS -- PATH FILE
--   FILE  a body a line; an empty line makes a GET

local requests, position = {}, 0

function init(arguments)
    for body in io.lines(arguments[2]) do
        requests[#requests + 1] = wrk.format(
            body == "" and "GET" or "POST", arguments[1], {["Content-Type"] = "application/json"}, body ~= "" and body or nil)
    end
end

function request()
    position = position % #requests + 1
    return requests[position]
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"calls":%d,"seconds":%.6f,"p50":%.6f,"p99":%.6f,"p999":%.6f,"max":%.6f,"failures":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
        latency:percentile(99.9) / 1e6, latency.max / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
