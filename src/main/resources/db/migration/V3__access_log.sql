-- What happened, and what it adds up to. Neither table refers to others: what is written here outlives what it tells of.

CREATE TABLE access_log (
    -- In milliseconds, which the id begins with: so a cursor needs the id alone.
    time             timestamptz      NOT NULL,
    id               text COLLATE "C" NOT NULL,
    -- Null where nobody's account is known, such as for an unknown key: the operator's business.
    account_id       text COLLATE "C",
    event            text             NOT NULL,
    -- 'ok', or the code of the refusal.
    outcome          text             NOT NULL,
    key_id           text COLLATE "C",
    user_id          text COLLATE "C",
    session_id       text COLLATE "C",
    -- What was made, changed or ended, such as another key.
    target_id        text COLLATE "C",
    permission_level text,
    -- How many requests a use of a key counts for.
    cost             integer          NOT NULL,
    address          inet,
    user_agent       text,
    method           text,
    path             text,
    request_id       text
) PARTITION BY RANGE (time);

-- One index makes the insert idempotent and serves an account's queries.
CREATE UNIQUE INDEX access_log_entry ON access_log (account_id, time, id) NULLS NOT DISTINCT;
CREATE INDEX access_log_key ON access_log (key_id, time, id) WHERE key_id IS NOT NULL;
-- What is searched for most is rare: these cost the hot path nothing.
CREATE INDEX access_log_refusal ON access_log (account_id, time, id) WHERE outcome <> 'ok';
CREATE INDEX access_log_user ON access_log (user_id, time, id) WHERE user_id IS NOT NULL;
CREATE INDEX access_log_change ON access_log (account_id, time, id)
    WHERE event NOT IN ('key.use', 'key.verify', 'session.use');

CREATE TABLE key_usage (
    account_id text COLLATE "C" NOT NULL,
    hour       timestamptz      NOT NULL,
    key_id     text COLLATE "C" NOT NULL,
    outcome    text             NOT NULL,
    -- How often the key was used, and how many requests that counts for.
    uses       bigint           NOT NULL,
    cost       bigint           NOT NULL,
    PRIMARY KEY (account_id, hour, key_id, outcome)
) WITH (fillfactor = 70);
