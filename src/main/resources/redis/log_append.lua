-- Writes entries down that no other script has.
--
-- KEYS  1 stream of a shard, as log.lua tells
-- ARGV  1 epoch (not needed here: every script is given it), 2 how many entries the stream may hold, 3 entries, as
--         accesslog.EntryFormat has them, each behind its length: the first byte of one tells a refusal
-- Answer  1

local REFUSED, at = 3, 1
while at <= #ARGV[3] do
  local entry
  entry, at = struct.unpack('>Hc0', ARGV[3], at)
  write_down(KEYS[1], tonumber(ARGV[2]), string.byte(entry) == REFUSED, entry)
end
return 1
