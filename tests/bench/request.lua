-- wrk sends the request that was captured from jaxl-dial, byte for byte but for Host.
local file = assert(io.open(os.getenv("REQUEST"), "rb"))
local raw = file:read("*a")
file:close()
local head, body = raw:match("^(.-)\r\n\r\n(.*)$")
wrk.method, wrk.path = head:match("^(%S+) (%S+)")
wrk.body = body
for name, value in head:gmatch("\r\n([^:\r]+): ([^\r]*)") do
  if name ~= "Content-Length" and name ~= "Host" then wrk.headers[name] = value end
end

function done(summary, latency, requests)
  io.write(string.format("wrk %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout))
end
