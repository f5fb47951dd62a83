-- Entries for the access log. Put in front of the scripts that write them.
--
-- A stream beside the keys of its shard holds what has not reached PostgreSQL yet. Where that is as much as it may hold,
-- entries are left out and counted, in a hash beside it: refusals from nine tenths of the bound on, all else at the bound.
-- A bound of 0 is no log at all.

local function write_down(stream, bound, refused, entry)
  if bound == 0 then return end
  local waiting = redis.call('XLEN', stream)
  if waiting < (refused and bound * 0.9 or bound) then
    redis.call('XADD', stream, '*', 'e', entry)
  else
    redis.call('HINCRBY', stream .. ':dropped', refused and 'refused' or 'accepted', 1)
  end
end
