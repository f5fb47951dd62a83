-- Carries a key's counter over to its next secret, so that a rotation neither resets nor doubles its limit.
--
-- KEYS  1 counter (hash) of the next secret
-- ARGV  1 epoch (not needed here: every script is given it), 2 n, 3 c, 4 p, 5 w: as withdraw.lua answered them
-- Answer  1

redis.call('HSET', KEYS[1], 'n', ARGV[2], 'c', ARGV[3], 'p', ARGV[4], 'w', ARGV[5])
redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[5]))
return 1
