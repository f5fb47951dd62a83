-- May this address have another unknown key looked up, and, if told so, count a failed attempt.
--
-- KEYS  1 counter (hash) of the address
-- ARGV  1 epoch (not needed here: every script is given it), 2 limit, 3 window in ms, 4 failed attempts to add: 0 or 1
-- Answer  { 1 if allowed, milliseconds to wait otherwise }

local limit, cost = tonumber(ARGV[2]), tonumber(ARGV[4])
local window = read_window(KEYS[1], tonumber(ARGV[3]), clock())
local wait = wait_for(window, limit, 1)
if wait > 0 then return { 0, wait } end
count(KEYS[1], window, cost)
return { 1, 0 }
