-- What is kept of a digest: a hash, whose key is tagged with the digest. Put in front of the scripts that use it.
--
-- Fields  g grant, packed: state, level, fresh until, expires at, requests, window, epoch, identity, then what only
--         some states have    c counter, packed    o lease and epoch    t lease runs until
--         k known: this digest once belonged to a key

local KNOWN_MS = 30 * 24 * 3600 * 1000

