-- How much is left of a key's limit just now? Counts nothing. sliding_window.lua is put in front of it.
--
-- KEYS  1 what is kept of a digest, as entry.lua tells
-- ARGV  1 epoch (not needed here: every script is given it), 2 requests, 3 window in milliseconds
--
-- Answer  requests that could follow at once

local limit, length = tonumber(ARGV[2]), tonumber(ARGV[3])
local _, current, previous, elapsed = read_window(redis.call('HGET', KEYS[1], 'c'), length, clock())
return math.max(0, math.floor(limit - current - previous * (length - elapsed) / length))
