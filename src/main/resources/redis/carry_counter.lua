-- Carries a key's counter over to its next secret, so that a rotation neither resets nor doubles its limit.
--
-- KEYS  1 what is kept of the next secret's digest (hash; its fields are told in admit.lua)
-- ARGV  1 epoch (not needed here: every script is given it), 2 to 5 the four numbers that withdraw.lua answered
-- Answer  1

redis.call('HSET', KEYS[1], 'c',
  struct.pack(COUNTER, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])))
redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[5]))
return 1
