-- May another password be tried, for this user or from this address? Counts the try, before its hash is computed.
--
-- KEYS  1 what is kept (string) of the user or the address
-- ARGV  1 epoch of the Redis that answers, or '' to ask it here
--       2 limit, 3 window in ms, 4 longest delay in ms
-- Answer  { milliseconds to wait: 0 if it may be tried; 1 if this try began a lock, else 0 }
--
-- The first try beyond the limit begins a lock, which lasts a window; within it nothing is counted, and after it the
-- limit is there anew. Each further lock lasts twice as long as the one before, up to the longest delay; after as long
-- a time without one the first lock is a window again, so that waiting gains nothing.
--
-- Packed: counter, number of locks, end of the last one, epoch. What another reign of Redis counted may have been
-- forgiven since, so it counts no more.

local limit, length, longest = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local epoch = reign(ARGV[1])
local now = clock()
local kept = redis.call('GET', KEYS[1])
local locks, locked_until = 0, 0
if kept then
  local count, till, from = struct.unpack('>dd', kept, struct.size(COUNTER) + 1)
  if string.sub(kept, from) == epoch then
    locks, locked_until = count, till
  else
    kept = false
  end
end
if now < locked_until then return { locked_until - now, 0 } end
if now - locked_until >= longest then locks = 0 end

local number, current, previous, elapsed = read_window(kept, length, now)
local wait, began = 0, 0
if wait_for(limit, 1, length, current, previous, elapsed) == 0 then
  current = current + 1
else
  wait, began = math.min(length * 2 ^ locks, longest), 1
  current, previous, locks, locked_until = 0, 0, locks + 1, now + wait
end
local keep = math.max(2 * length, locked_until + longest - now)
redis.call('SET', KEYS[1], struct.pack(COUNTER, number, current, previous, length)
  .. struct.pack('>dd', locks, locked_until) .. epoch, 'PX', string.format('%.0f', keep))
return { wait, began }
