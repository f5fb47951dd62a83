-- The sliding-window counter, shared by the scripts that count; it is put in front of them when they are loaded.
--
-- Two fixed windows approximate a sliding one: the count of the window before is weighted by the part of it that
-- the sliding window still covers, as if its requests had come evenly (the "sliding window counter" of
-- https://blog.cloudflare.com/counting-things-a-lot-of-different-things/). Times are milliseconds of Redis's clock,
-- the one clock that all instances share.
--
-- A counter is a hash: n (number of the window since 1970), c (count in it), p (count in the one before),
-- w (length in ms: a counter kept for another length starts again at zero).

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function read_window(key, length, now)
  local kept = redis.call('HMGET', key, 'n', 'c', 'p', 'w')
  local window = { number = math.floor(now / length), length = length, current = 0, previous = 0, stored = false }
  if kept[1] and tonumber(kept[4]) == length then
    local behind = window.number - tonumber(kept[1])
    -- A clock that was set back must not open a fresh window: the later one goes on.
    if behind <= 0 then
      window.current, window.previous, window.stored = tonumber(kept[2]), tonumber(kept[3]), true
      window.number = tonumber(kept[1])
    elseif behind == 1 then
      window.previous = tonumber(kept[2])
    end
  end
  window.elapsed = math.max(0, now - window.number * length)
  window.used = window.previous * (length - window.elapsed) / length + window.current
  return window
end

local function count(key, window, cost)
  if cost <= 0 then return end
  window.current = window.current + cost
  window.used = window.used + cost
  if window.stored then
    redis.call('HINCRBY', key, 'c', cost)
  else
    redis.call('HSET', key, 'n', string.format('%.0f', window.number), 'c', string.format('%.0f', window.current),
      'p', string.format('%.0f', window.previous), 'w', string.format('%.0f', window.length))
    redis.call('PEXPIRE', key, 2 * window.length)
  end
end

-- Milliseconds until a request of this cost passes, if none other comes before it.
local function wait_for(window, limit, cost)
  local room = limit - cost
  if room < 0 then return window.length end
  if window.used <= room then return 0 end
  local left = window.length - window.elapsed
  if window.current <= room then
    return math.ceil(left - window.length * (room - window.current) / window.previous)
  end
  return math.ceil(left + window.length * (1 - room / window.current))
end
