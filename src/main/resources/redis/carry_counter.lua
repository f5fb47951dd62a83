-- Carries a key's counter over to its next secret, so that a rotation neither resets nor doubles its limit.
--
-- KEYS  1 what is kept of the next secret's digest, as entry.lua tells
-- ARGV  1 epoch (not needed here: every script is given it), 2 the counter that withdraw.lua answered
-- Answer  1

local _, _, _, length = struct.unpack(COUNTER, ARGV[2])
redis.call('HSET', KEYS[1], 'c', ARGV[2])
redis.call('PEXPIRE', KEYS[1], 2 * length)
return 1
