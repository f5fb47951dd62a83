-- Accounts, their owners, their API keys, and the platform's first protected resource.
-- Ids are prefixed and time-ordered (UUIDv7 in Crockford's base32), so COLLATE "C" makes them sort by age.

CREATE TABLE account (
    id                        text COLLATE "C" PRIMARY KEY,
    name                      text        NOT NULL,
    -- The account that runs this installation: its administrators may make service keys.
    operator                  boolean     NOT NULL DEFAULT false,
    -- The account's default limit per key; null means the installation's.
    rate_limit_requests       bigint      CHECK (rate_limit_requests > 0),
    rate_limit_window_seconds integer     CHECK (rate_limit_window_seconds > 0),
    created_at                timestamptz NOT NULL,
    CHECK ((rate_limit_requests IS NULL) = (rate_limit_window_seconds IS NULL))
);

-- One operator at most, however many instances start at once.
CREATE UNIQUE INDEX account_operator ON account (operator) WHERE operator;

CREATE TABLE account_user (
    id            text COLLATE "C" PRIMARY KEY,
    account_id    text COLLATE "C" NOT NULL REFERENCES account ON DELETE CASCADE,
    email         text             NOT NULL,
    -- Argon2id in PHC form; null for people who sign in with a provider only.
    password_hash text,
    role          text             NOT NULL CHECK (role IN ('owner')),
    created_at    timestamptz      NOT NULL
);

CREATE UNIQUE INDEX account_user_email ON account_user (lower(email));
CREATE INDEX account_user_account ON account_user (account_id);

CREATE TABLE api_key (
    id                        text COLLATE "C" PRIMARY KEY,
    account_id                text COLLATE "C" NOT NULL REFERENCES account ON DELETE CASCADE,
    name                      text        NOT NULL,
    permission_level          text        NOT NULL CHECK (permission_level IN ('read_only', 'read_write', 'admin')),
    -- May verify the keys of every account.
    service                   boolean     NOT NULL DEFAULT false,
    -- SHA-256 of the current secret, in unpadded base64url.
    digest                    text COLLATE "C" NOT NULL UNIQUE CHECK (length(digest) = 43),
    preview                   text        NOT NULL,
    rate_limit_requests       bigint      CHECK (rate_limit_requests > 0),
    rate_limit_window_seconds integer     CHECK (rate_limit_window_seconds > 0),
    allowed_ips               text[]      NOT NULL DEFAULT '{}',
    metadata                  jsonb       NOT NULL DEFAULT '{}',
    created_at                timestamptz NOT NULL,
    expires_at                timestamptz,
    rotated_at                timestamptz,
    revoked_at                timestamptz,
    CHECK ((rate_limit_requests IS NULL) = (rate_limit_window_seconds IS NULL))
);

CREATE INDEX api_key_account ON api_key (account_id, id);

-- Every secret that a key ever had: a rotated-out one is told from an unknown one for ever.
CREATE TABLE api_key_secret (
    digest      text COLLATE "C" PRIMARY KEY CHECK (length(digest) = 43),
    key_id      text COLLATE "C" NOT NULL REFERENCES api_key ON DELETE CASCADE,
    created_at  timestamptz NOT NULL,
    -- When it stops (or stopped) being accepted after a rotation; null while it is the current one.
    valid_until timestamptz
);

CREATE INDEX api_key_secret_key ON api_key_secret (key_id);

-- Beside api_key and not in it, so that writing last uses, in batches, does not update the rows that changes lock.
CREATE TABLE api_key_use (
    key_id       text COLLATE "C" PRIMARY KEY REFERENCES api_key ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL,
    last_used_ip text
);

CREATE TABLE model (
    id          text COLLATE "C" PRIMARY KEY,
    account_id  text COLLATE "C" NOT NULL REFERENCES account ON DELETE CASCADE,
    name        text        NOT NULL,
    description text,
    created_at  timestamptz NOT NULL
);

CREATE INDEX model_account ON model (account_id, id);
