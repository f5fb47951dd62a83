-- Takes entries for a consumer, which holds them until they are done: new ones, or those that others have held for too long.
--
-- KEYS  1 stream of a shard
-- ARGV  1 epoch (not needed here: every script is given it), 2 consumer group, 3 consumer, 4 how many at most, 5 for how long
--         others must have held them in ms, or '' for new ones
-- Answer  { id, entry, id, entry, … }

local function take()
  if ARGV[5] == '' then
    local streams = redis.pcall('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], '>')
    return streams and (streams.err and streams or streams[1][2]) or {}
  end
  local claimed = redis.pcall('XAUTOCLAIM', KEYS[1], ARGV[2], ARGV[3], ARGV[5], '0-0', 'COUNT', ARGV[4])
  return claimed.err and claimed or claimed[2]
end

local entries = take()
if entries.err then
  -- A Redis that is new, or has lost its data, knows no such group.
  if not string.find(entries.err, 'NOGROUP', 1, true) then return entries end
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[2], '0', 'MKSTREAM')
  entries = take()
end
local taken = {}
for _, entry in ipairs(entries) do
  -- Redis 6.2 tells of entries that were removed meanwhile as nothing.
  if entry then
    taken[#taken + 1] = entry[1]
    taken[#taken + 1] = entry[2][2]
  end
end
return taken
