-- Removes consumers that are gone: they hold no entries, and have asked for none for a while.
--
-- KEYS  1 stream of a shard
-- ARGV  1 epoch (not needed here: every script is given it), 2 consumer group, 3 how long a while is, in ms
-- Answer  1

local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[2])
-- There is neither stream nor group before the first entry is asked for.
if consumers.err then return 1 end
for _, told in ipairs(consumers) do
  local consumer = {}
  for i = 1, #told, 2 do consumer[told[i]] = told[i + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[2], consumer.name)
  end
end
return 1
