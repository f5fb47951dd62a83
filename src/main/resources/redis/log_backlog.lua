-- What waits for PostgreSQL, and what was left out.
--
-- KEYS  1 stream of a shard, as log.lua tells
-- Answer  { entries, id of the first or '', refusals left out so far, others left out so far }

local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local dropped = redis.call('HMGET', KEYS[1] .. ':dropped', 'refused', 'accepted')
return { redis.call('XLEN', KEYS[1]), first and first[1] or '', tonumber(dropped[1]) or 0, tonumber(dropped[2]) or 0 }
