-- Who people are to the providers they sign in with.

CREATE TABLE federated_identity (
    id           text COLLATE "C" PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL REFERENCES account_user ON DELETE CASCADE,
    -- As the settings name it: google, github or oidc.
    provider     text             NOT NULL,
    -- The issuer and the subject are the identity (OpenID Connect Core 1.0, section 5.7); an address never is.
    issuer       text COLLATE "C" NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    -- What the provider calls it, for people to tell it by.
    label        text             NOT NULL,
    created_at   timestamptz      NOT NULL,
    last_used_at timestamptz,
    UNIQUE (issuer, subject),
    UNIQUE (user_id, provider)
);

ALTER TABLE mail_link
    DROP CONSTRAINT mail_link_purpose_check,
    ADD CONSTRAINT mail_link_purpose_check
        CHECK (purpose IN ('verify_email', 'reset_password', 'change_email', 'connect_identity'));
