-- wrk: webhooks as the platform sends them, each of another call, so that none is a replay.
-- WEBHOOK_DELAY: milliseconds between the requests of a connection (wrk calls delay for each).
math.randomseed(os.time())
local id = math.random(1, 1000000) * 1000000000
local events = {'"event":1,"option":null,"data":null', '"event":2,"option":"1","data":null',
    '"event":2,"option":"2","data":null', '"event":1,"option":null,"data":"123*"'}
local body = '{"pk":11,%s,"mark":null,"state":{"call_id":%d,"from_number":"+911400000001",'
    .. '"to_number":"+919876543210","direction":2,"org":{"id":42,"name":"Shop"},"metadata":null,'
    .. '"greeting_message":null,"options":null,"voice":{"lang":"en","name":"x","gender":null},'
    .. '"campaign_id":null,"campaign_type":null}}'
local pause = tonumber(os.getenv("WEBHOOK_DELAY") or 0)

function request()
    id = id + 1
    return wrk.format("POST", "/webhook/", {["Content-Type"] = "application/json"},
        string.format(body, events[id % 4 + 1], id))
end

if pause > 0 then
    function delay()
        return pause
    end
end

function done(summary, latency, requests)
    io.write(string.format("RESULT %d %.3f %d %d %d %d\n", summary.requests, summary.duration / 1e6,
        latency:percentile(50), latency:percentile(99), latency.max,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
            + summary.errors.timeout))
end
