-- Takes a cached grant back, together with the lease of any look-up under way, before a change of its key commits.
-- Whoever asks next must look the key up, waits there for the row that the change has locked, and reads the new
-- state; a look-up from before has lost its lease and is not stored.
--
-- KEYS  1 grant (hash), 2 counter (hash), in one slot
-- ARGV  1 epoch (not needed here: every script is given it)
-- Answer  the counter, to be carried to the key's next secret: { n, c, p, w }, all nil if there is none

local KNOWN_MS = 30 * 24 * 3600 * 1000

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'k', '1')
redis.call('PEXPIRE', KEYS[1], KNOWN_MS)
return redis.call('HMGET', KEYS[2], 'n', 'c', 'p', 'w')
