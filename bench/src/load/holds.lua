-- Holds two seats a request, each pair once, each request with its own key, by one of many users' tokens from one of many addresses.
-- Arguments: the file of tokens, the first pair of seats, the pairs an event has, the name of this run.

local counter = 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  tokens = {}
  for line in io.lines(args[1]) do tokens[#tokens + 1] = line end
  pair = tonumber(args[2]) + number
  pairs_per_event = tonumber(args[3])
  run = args[4]
  threads = tonumber(args[5])
end

function request()
  pair = pair + threads
  local token = tokens[pair % #tokens + 1]
  local event = math.floor(pair / pairs_per_event)
  local seat = (pair % pairs_per_event) * 2 + 1
  local body = '{"event_id":"evt_bench_' .. event .. '","seat_ids":["S-1-' .. seat .. '","S-1-' .. (seat + 1) .. '"],"quantity":2}'
  return "POST /v1/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer " .. token ..
    "\r\nIdempotency-Key: " .. run .. "-" .. pair .. "\r\nX-Forwarded-For: 10.0." .. (pair % 250) .. "." .. (pair % 199 + 1) ..
    "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, requests)
  io.write(string.format(
    '\n{"requests":%d,"refused":%d,"failed":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    summary.requests, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
