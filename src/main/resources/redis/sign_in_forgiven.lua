-- Forgets the tries for a user who has proved who they are.
--
-- KEYS  1 what sign_in_attempt.lua keeps of the user
-- ARGV  1 epoch (not needed here: every script is given it)
-- Answer  1

redis.call('DEL', KEYS[1])
return 1
