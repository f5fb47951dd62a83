-- Who owns this key, and may the request pass? The whole answer in one round trip: the cached grant is judged and,
-- if every other check passes, the request is counted against the key's limit.
--
-- KEYS  1 grant (hash), 2 counter (hash); both carry the digest as their hash tag, so they share a Cluster slot
-- ARGV  1 epoch: run id of the Redis process that answers, or '' to ask it here
--       2 lease: a token unique to this call or, after a look-up, the one that it was made under
--       3 'consume'; 'explain' (judge every check, count nothing); or either with a leading '+': join a look-up that
--         another caller has under way instead of waiting for it
--       4 rank of the level that is needed
--       5 client address, 16 bytes in hex, or '' if unknown
--       6 cost
--       7 default limit: requests, 8 its window in ms
--       9 account that must own the key, or '' for any
--      10 what the look-up found, present only after one: milliseconds it may be kept; 11… field, value, …
--
-- Grant fields  e epoch   o lease token   t lease runs until   k known: this digest once belonged to a key
--               u fresh until   s state (a active, r revoked, z rotated out but in grace, - unknown)
--               g identity, handed back as it is   b account   l rank of the level   x expires at
--               a allowed networks ("hex/bits,…")   q requests   w window in ms   v grace ends at   d current digest
--
-- Answer  { outcome, identity, limit, window ms, remaining, reset ms, failed checks }
--   outcome  ok, unknown, revoked, expired, address, level, limit: a verdict
--            lookup: nothing cached, or the lease of what was looked up is lost: ask PostgreSQL and call again with
--            the lease given in place of the limit (identity: '1' if the digest is known)
--            wait: another caller is asking PostgreSQL just now
--            rotated: judge the digest in `identity` instead
--
-- A grant counts only in the epoch it was stored in: what a restarted or promoted Redis brings back from its disk or
-- its former master may be older than a change that was confirmed since. What was looked up counts, and is stored,
-- only while its lease stands, in the same epoch: a change removes the lease, so what was read before it is not acted
-- on after it.

local LEASE_MS, KNOWN_MS = 5000, 30 * 24 * 3600 * 1000

local epoch = ARGV[1]
if epoch == '' then epoch = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end
local now = clock()

local function read_grant()
  local f = redis.call('HMGET', KEYS[1], 'e', 'u', 's', 'g', 'b', 'l', 'x', 'a', 'q', 'w', 'v', 'd', 'o', 't', 'k')
  return { epoch = f[1], fresh_until = f[2], state = f[3], identity = f[4], account = f[5], level = f[6],
    expires_at = f[7], networks = f[8], requests = f[9], window = f[10], grace_ends_at = f[11], current = f[12],
    lease = f[13], lease_until = f[14], known = f[15] }
end

local function from_look_up()
  local f = {}
  for i = 11, #ARGV, 2 do f[ARGV[i]] = ARGV[i + 1] end
  return { state = f.s, identity = f.g, account = f.b, level = f.l, expires_at = f.x, networks = f.a,
    requests = f.q, window = f.w, grace_ends_at = f.v, current = f.d }
end

local function store_look_up(known)
  local keep = tonumber(ARGV[10])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'e', epoch, 'u', string.format('%.0f', now + keep), unpack(ARGV, 11))
  if known then
    redis.call('HSET', KEYS[1], 'k', '1')
    redis.call('PEXPIRE', KEYS[1], KNOWN_MS)
  else
    redis.call('PEXPIRE', KEYS[1], keep)
  end
end

local function look_up(same_epoch, grant)
  if not same_epoch then
    redis.call('DEL', KEYS[1])
    if grant.known then redis.call('HSET', KEYS[1], 'k', '1') end
  end
  redis.call('HSET', KEYS[1], 'e', epoch, 'o', ARGV[2], 't', string.format('%.0f', now + LEASE_MS))
  redis.call('PEXPIRE', KEYS[1], grant.known and KNOWN_MS or LEASE_MS)
  return { 'lookup', grant.known and '1' or '', ARGV[2] }
end

local join = string.sub(ARGV[3], 1, 1) == '+'
local explain = string.sub(ARGV[3], -7) == 'explain'

local grant = read_grant()
local same_epoch = grant.epoch == epoch
local leased = same_epoch and grant.lease and now < tonumber(grant.lease_until)
local fresh = same_epoch and grant.state and now < tonumber(grant.fresh_until)
if ARGV[10] and leased and grant.lease == ARGV[2] then
  grant = from_look_up()
  store_look_up(grant.state ~= '-')
elseif not fresh then
  if not leased then return look_up(same_epoch, grant) end
  return (join or ARGV[10]) and { 'lookup', grant.known and '1' or '', grant.lease } or { 'wait' }
end

if grant.state == '-' or (ARGV[9] ~= '' and grant.account ~= ARGV[9]) then return { 'unknown' } end
if grant.state == 'z' then
  if now < tonumber(grant.grace_ends_at) then return { 'rotated', grant.current } end
  grant.state = 'r'
end

local function in_network(address, network)
  local prefix, bits = string.match(network, '^(%x+)/(%d+)$')
  local digits, rest = math.floor(bits / 4), bits % 4
  if string.sub(address, 1, digits) ~= string.sub(prefix, 1, digits) then return false end
  if rest == 0 then return true end
  local ignored = 2 ^ (4 - rest)
  local mine = tonumber(string.sub(address, digits + 1, digits + 1), 16)
  local theirs = tonumber(string.sub(prefix, digits + 1, digits + 1), 16)
  return math.floor(mine / ignored) == math.floor(theirs / ignored)
end

local function address_allowed()
  if not grant.networks or grant.networks == '' then return true end
  if ARGV[5] == '' then return false end
  for network in string.gmatch(grant.networks, '[^,]+') do
    if in_network(ARGV[5], network) then return true end
  end
  return false
end

local cost = tonumber(ARGV[6])
local limit = tonumber(grant.requests or ARGV[7])
local window = read_window(KEYS[2], tonumber(grant.window or ARGV[8]), now)

local failed = {}
if grant.state == 'r' then failed[#failed + 1] = 'revoked' end
if grant.expires_at and now >= tonumber(grant.expires_at) then failed[#failed + 1] = 'expired' end
if not address_allowed() then failed[#failed + 1] = 'address' end
if tonumber(grant.level) < tonumber(ARGV[4]) then failed[#failed + 1] = 'level' end
if window.used + cost > limit then failed[#failed + 1] = 'limit' end

if #failed == 0 and not explain then count(KEYS[2], window, cost) end
local wait = wait_for(window, limit, math.max(cost, 1))
local reset = wait > 0 and wait or window.length - window.elapsed
return { failed[1] or 'ok', grant.identity, limit, window.length, math.max(0, math.floor(limit - window.used)), reset,
  table.concat(failed, ' ') }
