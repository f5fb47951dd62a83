-- Notes a new proof of identity in a session that lives.
--
-- KEYS  1 the session, as session_open.lua has it
-- ARGV  1 epoch, 2 the proof in ms since 1970
-- Answer  the session's end in ms since 1970, or nil if it does not live

local live = redis.call('HMGET', KEYS[1], 'e', 'x', 'p')
if not live[1] or live[1] ~= reign(ARGV[1]) or clock() >= tonumber(live[2]) then return nil end
if tonumber(ARGV[2]) > tonumber(live[3]) then redis.call('HSET', KEYS[1], 'p', ARGV[2]) end
return live[2]
