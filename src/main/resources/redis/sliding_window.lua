-- The sliding-window counter, shared by the scripts that count; it is put in front of them when they are loaded.
--
-- Two fixed windows approximate a sliding one: the count of the window before is weighted by the part of it that
-- the sliding window still covers, as if its requests had come evenly (the "sliding window counter" of
-- https://blog.cloudflare.com/counting-things-a-lot-of-different-things/). Times are milliseconds of Redis's clock,
-- the one clock that all instances share.
--
-- A counter is packed: number of the window since 1970, count in it, count in the one before, length of the window.

local COUNTER = '>dddd'

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + (time[2] - time[2] % 1000) / 1000
end

-- Number of the window, count in it, count in the one before, and milliseconds into it. A counter that was kept for
-- windows of another length starts again at zero.
local function read_window(counter, length, now)
  local elapsed = now % length
  local number = (now - elapsed) / length
  if not counter then return number, 0, 0, elapsed end
  local kept, current, previous, kept_length = struct.unpack(COUNTER, counter)
  if kept_length ~= length then return number, 0, 0, elapsed end
  if kept == number then return number, current, previous, elapsed end
  -- A clock that was set back must not open a fresh window: the later one goes on.
  if kept > number then return kept, current, previous, 0 end
  return number, 0, kept == number - 1 and current or 0, elapsed
end

-- Milliseconds until a request of this cost passes, if none other comes before it.
local function wait_for(limit, cost, length, current, previous, elapsed)
  local room, left = limit - cost, length - elapsed
  if room < 0 then return length end
  if previous * left / length + current <= room then return 0 end
  if current <= room then return math.ceil(left - length * (room - current) / previous) end
  return math.ceil(left + length * (1 - room / current))
end
