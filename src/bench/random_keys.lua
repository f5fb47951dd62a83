-- For wrk: each request shows a random key out of the file that KEYS names.

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
