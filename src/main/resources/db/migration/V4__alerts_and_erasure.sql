-- Where keys were used from: the /24 of an IPv4 address, the /48 of an IPv6 one.
CREATE TABLE key_network (
    key_id        text COLLATE "C" NOT NULL,
    network       cidr             NOT NULL,
    first_used_at timestamptz      NOT NULL,
    PRIMARY KEY (key_id, network)
);

-- Which alerts about a key were given on a day, so that there is one of a kind.
CREATE TABLE key_alert (
    key_id text COLLATE "C" NOT NULL,
    event  text             NOT NULL,
    day    date             NOT NULL,
    PRIMARY KEY (key_id, event, day)
);

-- Accounts that were deleted, and whose entries from before then are still to be removed.
CREATE TABLE access_log_erasure (
    account_id text COLLATE "C" PRIMARY KEY,
    deleted_at timestamptz NOT NULL
);
