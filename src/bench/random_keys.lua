-- For wrk: each request shows a random key out of the file that KEYS names. With PAUSE each connection pauses before it,
-- for a random time of that many milliseconds in the mean.

local requests = {}

function init()
  math.randomseed(os.time())
  for key in io.lines(os.getenv('KEYS')) do
    requests[#requests + 1] = wrk.format('GET', nil, { ['x-api-key'] = key })
  end
end

function request()
  return requests[math.random(#requests)]
end

local pause = tonumber(os.getenv('PAUSE'))
if pause then
  function delay()
    return math.floor(2 * pause * math.random() + 0.5)
  end
end
