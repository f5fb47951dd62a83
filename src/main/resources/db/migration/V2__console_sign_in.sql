-- People who sign in to the console: how they prove who they are, the links they are mailed, and their sessions.

-- An account whose owner deleted it keeps its row, and the rows of its keys, so that codes and bills stay true.
ALTER TABLE account
    ADD COLUMN deleted_at timestamptz;

ALTER TABLE account_user
    DROP CONSTRAINT account_user_role_check,
    ADD CONSTRAINT account_user_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    ADD COLUMN name text NOT NULL DEFAULT '',
    -- Null until the mailed link was opened and confirmed.
    ADD COLUMN email_verified_at timestamptz,
    ADD COLUMN password_changed_at timestamptz,
    -- Raised whenever what the user signs in with changes: a sign-in that was under way meanwhile opens no session.
    ADD COLUMN credentials_version integer NOT NULL DEFAULT 0;

-- Links that were mailed: single-use, so a row is deleted by its use.
CREATE TABLE mail_link (
    -- SHA-256 of the token in the link, in unpadded base64url.
    digest     text COLLATE "C" PRIMARY KEY CHECK (length(digest) = 43),
    user_id    text COLLATE "C" NOT NULL REFERENCES account_user ON DELETE CASCADE,
    purpose    text             NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
    -- The address that it was sent to: what opening it proves.
    email      text             NOT NULL,
    created_at timestamptz      NOT NULL,
    expires_at timestamptz      NOT NULL,
    -- Only the newest link of a purpose works.
    UNIQUE (user_id, purpose)
);

CREATE INDEX mail_link_expiry ON mail_link (expires_at);

-- What the list of devices shows. Whether a session lives is told by Redis; a row that has ended lives nowhere.
CREATE TABLE console_session (
    id           text COLLATE "C" PRIMARY KEY,
    account_id   text COLLATE "C" NOT NULL REFERENCES account ON DELETE CASCADE,
    user_id      text COLLATE "C" NOT NULL REFERENCES account_user ON DELETE CASCADE,
    created_at   timestamptz      NOT NULL,
    last_seen_at timestamptz      NOT NULL,
    expires_at   timestamptz      NOT NULL,
    ended_at     timestamptz,
    -- Where it was last seen from; null if nobody said.
    address      text,
    user_agent   text
);

CREATE INDEX console_session_user ON console_session (user_id, id);
CREATE INDEX console_session_account ON console_session (account_id);
CREATE INDEX console_session_expiry ON console_session (expires_at);

-- Keys that sign sessions: ES256 (P-256), the private half wrapped with the master key.
CREATE TABLE signing_key (
    id             text COLLATE "C" PRIMARY KEY,
    -- X.509 SubjectPublicKeyInfo.
    public_key     bytea       NOT NULL,
    -- AES-256-GCM of the PKCS #8 form, behind its nonce; the id is its associated data.
    wrapped_key    bytea       NOT NULL,
    created_at     timestamptz NOT NULL,
    -- Published before it signs, so that nobody who keeps the published keys for a while meets an unknown one.
    signs_from     timestamptz NOT NULL,
    -- Published, but signs no more; null for the newest.
    replaced_at    timestamptz,
    -- Neither published nor accepted from then on.
    accepted_until timestamptz
);
