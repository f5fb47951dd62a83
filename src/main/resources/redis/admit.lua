-- Who owns this key, and may the request pass? The whole answer in one round trip: the cached grant is judged and,
-- if every other check passes, the request is counted against the key's limit. What was judged is written down for the
-- access log in the same breath: nothing is counted that is not logged, nor logged twice.
--
-- KEYS  1 what is kept of a digest, as entry.lua tells
--       2 stream for the access log, as log.lua tells
-- ARGV  1 epoch of the Redis that answers, or '' to ask it here
--       2 lease: a token unique to this call or, after a look-up, the one that it was made under
--       3 the request, packed: mode, rank of the level that is needed, cost, default limit: requests and window in
--         seconds, how many entries the stream may hold; then the client's address in 16 bytes, or nothing if unknown
--       4 account that must own the key, or '' for any
--       5 what the access log tells of the request, as accesslog.EntryFormat has it
--       6 what a look-up found, present only after one: milliseconds it may be kept, 7 state, 8 rank of the level,
--         9 expires at or '', 10 requests or '' for the default, 11 window in ms, 12 identity ("key account …"),
--         13 allowed networks ("hex/bits,…"), 14 grace ends at, 15 digest of the current secret
--
-- Mode    1 to explain (judge every check, count nothing, write nothing down) or 0 to count, plus 2 to join a look-up
--         that another caller has under way instead of waiting for it, plus 4 to let service keys of any level pass
--
-- Answer  a string if the request may pass: limit, window ms, remaining, reset ms (four doubles), then the identity
--         else { outcome, identity, limit, window ms, remaining, reset ms, failed checks }
--   outcome  ok (explained), revoked, expired, address, level, limit, or unknown (nothing follows): a verdict
--            lookup: nothing cached: ask PostgreSQL and call again with the lease given in place of the limit
--            (identity: '1' if the digest is known)
--            lost: what was looked up counts no more, for its lease is gone: begin anew
--            wait: another caller is asking PostgreSQL just now
--            rotated: judge the digest in `identity` instead
--
-- A grant counts only in the epoch it was stored in: what a restarted or promoted Redis brings back from its disk or
-- its former master may be older than a change that was confirmed since. The epoch is half of the process's run id and
-- half of its replication id, which every promotion renews. What was looked up counts, and is stored, only while its
-- lease stands, in the same epoch: a change removes the lease, so what was read before it is not acted on after it. A
-- lease that is gone is never given again, else others could store under it what they read before the change.
--
-- Whatever is accepted or explained is written down, even at no cost: a master that has lost its replicas refuses to
-- write, and so can't answer for what was changed without it.
--
-- The way of a request that passes comes first and is packed tight: it is the price of every request to the platform.

local LEASE_MS, NEVER = 5000, 2 ^ 53
local UNKNOWN, ACTIVE, FENCED, REVOKED, ROTATED = 0, 1, 2, 3, 4
local GRANT, REQUEST = '>BBddddBc0Bc0', '>BBI4I4I4I4'

local mode, needed, cost, default_requests, default_window, log_bound, address_at = struct.unpack(REQUEST, ARGV[3])
local epoch, found = reign(ARGV[1]), ARGV[6]
local now = clock()
local kept = redis.call('HMGET', KEYS[1], 'g', 'c')
local grant = kept[1]
local state, level, fresh_until, expires_at, requests, length, stored_in, identity, rest
if grant then
  state, level, fresh_until, expires_at, requests, length, stored_in, identity, rest = struct.unpack(GRANT, grant)
end

local fresh = grant and stored_in == epoch and now < fresh_until
if found or not fresh then
  local leases = redis.call('HMGET', KEYS[1], 'o', 't', 'k')
  local leased, known = leases[1] and now < tonumber(leases[2]), leases[3]
  if found and leased and leases[1] == ARGV[2] .. epoch then
    state, level, identity = tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[12]
    expires_at = ARGV[9] == '' and NEVER or tonumber(ARGV[9])
    requests, length = tonumber(ARGV[10]) or 0, tonumber(ARGV[11]) or 0
    grant = struct.pack(GRANT, state, level, now + found, expires_at, requests, length, #epoch, epoch, #identity, identity)
    rest = #grant + 1
    if state == FENCED then grant = grant .. ARGV[13] end
    if state == ROTATED then grant = grant .. struct.pack('>d', tonumber(ARGV[14])) .. ARGV[15] end
    redis.call('HSET', KEYS[1], 'g', grant, 'k', state == UNKNOWN and '' or '1')
    redis.call('HDEL', KEYS[1], 'o', 't')
    redis.call('PEXPIRE', KEYS[1], state == UNKNOWN and found or KNOWN_MS)
  elseif not fresh then
    if found then return { 'lost' } end
    local lease = ARGV[2]
    known = known and known ~= ''
    if leased and string.sub(leases[1], -#epoch) == epoch then
      if mode % 4 < 2 then return { 'wait' } end
      lease = string.sub(leases[1], 1, -#epoch - 1)
    else
      redis.call('HSET', KEYS[1], 'o', lease .. epoch, 't', string.format('%.0f', now + LEASE_MS))
      redis.call('PEXPIRE', KEYS[1], known and KNOWN_MS or LEASE_MS)
    end
    return { 'lookup', known and '1' or '', lease }
  end
end

if state == UNKNOWN or ARGV[4] ~= '' and string.match(identity, ' (%S+)') ~= ARGV[4] then return { 'unknown' } end
if state == ROTATED then
  if now < struct.unpack('>d', grant, rest) then return { 'rotated', string.sub(grant, rest + 8) } end
  state = REVOKED
end

local address_allowed = state ~= FENCED
if state == FENCED and #ARGV[3] >= address_at then
  local digits = string.gsub(string.sub(ARGV[3], address_at), '.', function(byte) return string.format('%02x', string.byte(byte)) end)
  local function in_network(prefix, bits)
    local whole, rest_bits = math.floor(bits / 4), bits % 4
    if string.sub(digits, 1, whole) ~= string.sub(prefix, 1, whole) then return false end
    if rest_bits == 0 then return true end
    local ignored = 2 ^ (4 - rest_bits)
    local mine = tonumber(string.sub(digits, whole + 1, whole + 1), 16)
    local theirs = tonumber(string.sub(prefix, whole + 1, whole + 1), 16)
    return math.floor(mine / ignored) == math.floor(theirs / ignored)
  end
  for prefix, bits in string.gmatch(string.sub(grant, rest), '(%x+)/(%d+)') do
    address_allowed = address_allowed or in_network(prefix, tonumber(bits))
  end
end

if requests == 0 then requests, length = default_requests, default_window * 1000 end
local number, current, previous, elapsed = read_window(kept[2], length, now)
local remaining = requests - current - previous * (length - elapsed) / length
local level_reached = level >= needed or mode >= 4 and string.sub(identity, -8) == ' service'
local in_limit, explain = cost <= remaining, mode % 2 == 1
local passes = state ~= REVOKED and now < expires_at and address_allowed and level_reached and in_limit and not explain

if passes then current, remaining = current + cost, remaining - cost end
if passes or explain then redis.call('HSET', KEYS[1], 'c', struct.pack(COUNTER, number, current, previous, length)) end
local function log(outcome)
  write_down(KEYS[2], log_bound, outcome ~= 'ok', struct.pack('>BHc0Hc0', 1, #outcome, outcome, #identity, identity) .. ARGV[5])
end
if passes then
  log('ok')
  local reset = remaining >= 1 and length - elapsed or wait_for(requests, 1, length, current, previous, elapsed)
  return struct.pack('>dddd', requests, length, math.floor(remaining), reset) .. identity
end

local failed = {}
if state == REVOKED then failed[#failed + 1] = 'revoked' end
if now >= expires_at then failed[#failed + 1] = 'expired' end
if not address_allowed then failed[#failed + 1] = 'address' end
if not level_reached then failed[#failed + 1] = 'level' end
if not in_limit then failed[#failed + 1] = 'limit' end
if not explain then
  log(({
    revoked = 'revoked_key', expired = 'expired_key', address = 'ip_not_allowed', level = 'insufficient_permissions',
    limit = 'rate_limit_exceeded'
  })[failed[1]])
end
local wait = wait_for(requests, math.max(cost, 1), length, current, previous, elapsed)
return { failed[1] or 'ok', identity, requests, length, math.max(0, math.floor(remaining)),
  wait > 0 and wait or length - elapsed, table.concat(failed, ' ') }
