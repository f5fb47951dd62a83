-- May there be another of what is limited here, such as an unknown key from an address or a mail to one? If told so, counts it.
--
-- KEYS  1 counter (string)
-- ARGV  1 epoch (not needed here: every script is given it), 2 limit, 3 window in ms, 4 attempts to add: 0 or 1
-- Answer  milliseconds to wait; 0 if it may

local limit, length, cost = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local number, current, previous, elapsed = read_window(redis.call('GET', KEYS[1]), length, clock())
local wait = wait_for(limit, 1, length, current, previous, elapsed)
if wait == 0 and cost > 0 then
  redis.call('SET', KEYS[1], struct.pack(COUNTER, number, current + cost, previous, length), 'PX', 2 * length)
end
return wait
