-- Words in {braces} are written differently for each database: newsletter/ledger/sqlite.py and postgresql.py have them.

-- What was intended, handed over and known to be sent. No address of any subscriber stands here: people are keys.
CREATE TABLE campaigns (
    id TEXT NOT NULL PRIMARY KEY,
    issue TEXT NOT NULL,
    provider TEXT NOT NULL,
    audience TEXT NOT NULL,
    segment TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    parts TEXT NOT NULL,
    content {bytes} NOT NULL,
    subject TEXT NOT NULL,
    recipients INTEGER NOT NULL CHECK (recipients > 0),
    state TEXT NOT NULL CHECK (state IN ('intended', 'sending', 'sent', 'uncertain', 'failed')),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    lease_token TEXT,
    lease_host TEXT,
    lease_pid INTEGER,
    lease_until TEXT,
    CHECK ((state = 'sent') <= (finished_at IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);

-- The same issue never goes to the same people twice: a campaign that reached nobody may be followed by another.
CREATE UNIQUE INDEX one_live_campaign ON campaigns (issue, provider, audience, segment) WHERE state <> 'failed';

CREATE TABLE deliveries (
    campaign TEXT NOT NULL REFERENCES campaigns (id),
    recipient TEXT NOT NULL CHECK (recipient NOT LIKE '%@%'),
    position INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'handed_over', 'delivered', 'uncertain', 'refused', 'skipped')),
    vouched {boolean} NOT NULL DEFAULT {false} CHECK (vouched IN ({false}, {true})),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (campaign, recipient)
);

CREATE INDEX deliveries_by_state ON deliveries (campaign, state);

-- That exactly this content was checked, test-sent or approved.
CREATE TABLE clearances (
    id {counted},
    kind TEXT NOT NULL CHECK (kind IN ('check', 'test', 'approval')),
    issue TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    parts TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    amount INTEGER NOT NULL
);

CREATE INDEX clearances_by_issue ON clearances (issue, kind);

-- The story, for people.
CREATE TABLE events (
    id {counted},
    issue TEXT NOT NULL,
    campaign TEXT REFERENCES campaigns (id),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    words TEXT NOT NULL
);

CREATE INDEX events_by_issue ON events (issue);
