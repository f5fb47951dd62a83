-- Writes entries down that no other script has.
--
-- KEYS  1 stream of a shard, as log.lua tells
-- ARGV  1 epoch (not needed here: every script is given it), 2 how many entries the stream may hold, 3 … entries, as
--         accesslog.EntryFormat has them: the first byte tells a refusal
-- Answer  1

local REFUSED = 3
for i = 3, #ARGV do write_down(KEYS[1], tonumber(ARGV[2]), string.byte(ARGV[i]) == REFUSED, ARGV[i]) end
return 1
