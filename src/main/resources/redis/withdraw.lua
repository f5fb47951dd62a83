-- Takes a cached grant back, together with the lease of any look-up under way, before a change of its key commits, and
-- marks the digest as known. Whoever asks next must look the key up, waits there for the row that the change has
-- locked, and reads the new state; what was looked up before has lost its lease and counts no more.
--
-- KEYS  1 what is kept of the digest, as entry.lua tells
-- ARGV  1 epoch (not needed here: every script is given it)
-- Answer  the counter, packed, to be carried to the key's next secret; nil if there is none

redis.call('HDEL', KEYS[1], 'g', 'o', 't')
redis.call('HSET', KEYS[1], 'k', '1')
redis.call('PEXPIRE', KEYS[1], KNOWN_MS)
return redis.call('HGET', KEYS[1], 'c')
