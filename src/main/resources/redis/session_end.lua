-- Ends a session.
--
-- KEYS  1 the session, as session_open.lua has it
-- ARGV  1 epoch (not needed here: every script is given it)
-- Answer  1 if there was one, else 0

return redis.call('DEL', KEYS[1])
