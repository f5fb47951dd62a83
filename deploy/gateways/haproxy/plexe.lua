-- Asks Plexe Auth whether a request may pass. If so, what it knows of the caller is in variables afterwards; if not, its answer is the
-- client's; if it can't be asked, there are none, and haproxy.cfg lets nobody in.

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

-- Each header once: asked with more than a hundred lines, HAProxy 2.6 ends, and others may leave some out, be it the method. Values,
-- from HAProxy's tables, count from 0.
local function question(txn)
  local given = txn.http:req_get_headers()
  local headers = {}
  for _, name in ipairs(CARRIED) do
    local values = given[name]
    if values then
      headers[name] = {table.concat(values, name == "cookie" and "; " or ", ", 0)}
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
  end
end)
