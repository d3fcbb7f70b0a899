-- Joins a waiting room as visitors without a name, or asks how places stand, each request from one of many addresses.
-- Arguments: join or status, the event or the file of waiting tokens.

function init(args)
  mode = args[1]
  count = 0
  if mode == "status" then
    tokens = {}
    for line in io.lines(args[2]) do tokens[#tokens + 1] = line end
  else
    body = '{"event_id":"' .. args[2] .. '"}'
  end
end

function request()
  count = count + 1
  local from = "X-Forwarded-For: 10." .. (count % 97) .. "." .. (count % 250) .. "." .. (count % 199 + 1) .. "\r\n"
  if mode == "status" then
    return "GET /api/v1/queue/status?token=" .. tokens[count % #tokens + 1] .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n" .. from .. "\r\n"
  end
  return "POST /api/v1/queue/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" .. from .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, requests)
  io.write(string.format(
    '\n{"requests":%d,"refused":%d,"failed":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    summary.requests, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
