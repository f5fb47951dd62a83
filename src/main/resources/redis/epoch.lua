-- Which Redis this is, and in which of its reigns: half of the process's run id and half of its replication id, which every
-- promotion renews. Given to the scripts where the connection knows it; where it may lead to several, asked here.
local function reign(given)
  if given ~= '' then return given end
  return string.sub(string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), 1, 20)
    .. string.sub(string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)'), 1, 20)
end
