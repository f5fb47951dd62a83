-- Asks Plexe Auth whether a request may pass. If so, what it knows of the caller is in variables afterwards; if not, its answer is the
-- client's; if it can't be asked, nobody gets in.

local ASKED = os.getenv("PLEXE_AUTH") .. "/auth/verify"
local LONGEST_MS = 5000

-- What the question carries of the original request: nothing else is read.
local CARRIED = {"x-api-key", "authorization", "cookie", "user-agent", "origin", "sec-fetch-site", "x-request-id", "x-forwarded-for",
                 "x-forwarded-proto", "host"}

local VARIABLES = {
  ["x-auth-account-id"] = "txn.plexe_account",
  ["x-auth-key-id"] = "txn.plexe_key",
  ["x-auth-user-id"] = "txn.plexe_user",
  ["x-auth-permission-level"] = "txn.plexe_level",
  ["ratelimit-policy"] = "txn.plexe_policy",
  ["ratelimit"] = "txn.plexe_limit",
  ["x-ratelimit-limit"] = "txn.plexe_most",
  ["x-ratelimit-remaining"] = "txn.plexe_left",
  ["x-ratelimit-reset"] = "txn.plexe_reset",
}

local ANSWERED = {"content-type", "www-authenticate", "retry-after", "ratelimit-policy", "ratelimit", "x-ratelimit-limit",
                  "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "cache-control"}

local UNKNOWN = '{"type":"urn:plexe:problem:temporarily_unavailable","title":"Temporarily unavailable","status":503,'
  .. '"detail":"Who this is can\'t be told just now.","code":"temporarily_unavailable"}'

-- All values of each header, from HAProxy's tables, which count from 0.
local function question(txn)
  local given = txn.http:req_get_headers()
  local headers = {}
  for _, name in ipairs(CARRIED) do
    local values = given[name]
    if values then
      headers[name] = {}
      for i = 0, #values do
        table.insert(headers[name], values[i])
      end
    end
  end
  headers["x-forwarded-method"] = {txn.f:method()}
  headers["x-forwarded-uri"] = {txn.f:pathq()}
  return headers
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply()
  reply:set_status(status)
  for _, name in ipairs(ANSWERED) do
    for _, value in pairs(headers[name] or {}) do
      reply:add_header(name, value)
    end
  end
  reply:set_body(body)
  txn:done(reply)
end

core.register_action("plexe_verify", {"http-req"}, function(txn)
  local answer = core.httpclient():get({url = ASKED, headers = question(txn), timeout = LONGEST_MS})
  local headers = answer and answer.headers or {}
  if answer and answer.status == 200 and headers["x-auth-account-id"] then
    for name, variable in pairs(VARIABLES) do
      if headers[name] then
        txn:set_var(variable, headers[name][0])
      end
    end
  elseif answer and answer.body and headers["content-type"] and headers["content-type"][0] == "application/problem+json" then
    refuse(txn, answer.status, headers, answer.body)
  else
    refuse(txn, 503, {["content-type"] = {"application/problem+json"}, ["retry-after"] = {"1"}, ["cache-control"] = {"no-store"}}, UNKNOWN)
  end
end)
