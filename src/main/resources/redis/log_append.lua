-- Writes entries down that no other script has.
--
-- KEYS  1 stream of a shard, as log.lua tells
-- ARGV  1 epoch (not needed here: every script is given it), 2 how many entries the stream may hold, 3 … entries, as
--         accesslog.EntryFormat has them: the first byte tells a refusal
-- Answer  how many were left out

local REFUSED, left_out = 3, 0
for i = 3, #ARGV do
  if not write_down(KEYS[1], tonumber(ARGV[2]), string.byte(ARGV[i]) == REFUSED, ARGV[i]) then left_out = left_out + 1 end
end
return left_out
