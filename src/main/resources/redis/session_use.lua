-- Does the session live? Its use winds it up again.
--
-- KEYS  1 the session, as session_open.lua has it
-- ARGV  1 epoch, 2 longest time without use in ms, 3 time after which a use is to be told again in ms
-- Answer  { account, user, role, last proof in ms since 1970, 1 if this use is to be told else 0 }, or nil if it does not
--
-- A session counts only in the epoch it was opened in: what a restarted or promoted Redis brings back may have been ended.

local live = redis.call('HMGET', KEYS[1], 'e', 'a', 'u', 'r', 'p', 'x', 's')
if not live[1] or live[1] ~= reign(ARGV[1]) then return nil end
local now = clock()
if now >= tonumber(live[6]) then return nil end
redis.call('PEXPIREAT', KEYS[1], math.min(now + ARGV[2], live[6]))
local tell = now - live[7] >= tonumber(ARGV[3])
if tell then redis.call('HSET', KEYS[1], 's', now) end
return { live[2], live[3], live[4], live[5], tell and 1 or 0 }
