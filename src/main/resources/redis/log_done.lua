-- Removes entries that PostgreSQL has.
--
-- KEYS  1 stream of a shard
-- ARGV  1 epoch (not needed here: every script is given it), 2 consumer group, 3 … ids of the entries
-- Answer  1

redis.call('XACK', KEYS[1], ARGV[2], unpack(ARGV, 3))
redis.call('XDEL', KEYS[1], unpack(ARGV, 3))
return 1
