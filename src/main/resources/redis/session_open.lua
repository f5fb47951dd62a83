-- Makes a session live.
--
-- KEYS  1 the session (hash): e epoch, a account, u user, r role, p last proof of identity, x end, s last use told
-- ARGV  1 epoch, 2 account, 3 user, 4 role, 5 proof and 6 end in ms since 1970, 7 longest time without use in ms
-- Answer  1, or 0 if there is a session of that name

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local now = clock()
redis.call('HSET', KEYS[1], 'e', reign(ARGV[1]), 'a', ARGV[2], 'u', ARGV[3], 'r', ARGV[4], 'p', ARGV[5], 'x', ARGV[6],
  's', now)
redis.call('PEXPIREAT', KEYS[1], math.min(now + ARGV[7], ARGV[6]))
return 1
