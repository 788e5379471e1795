-- What providers with campaigns of their own were told to send. The call that is being made stands here before it leaves.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    campaign_key TEXT NOT NULL UNIQUE CHECK (campaign_key NOT LIKE '%@%'),
    issue TEXT NOT NULL,
    provider TEXT NOT NULL,
    audience TEXT NOT NULL,
    segment TEXT NOT NULL,
    aimed_at TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('whole', 'correction', 'remainder')),
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('draft', 'intended', 'scheduled', 'sent', 'stopped', 'cancelled', 'uncertain')),
    step TEXT CHECK (step IN ('save', 'schedule', 'send', 'unschedule', 'cancel')),
    remote_id TEXT,
    fingerprint TEXT,
    parts TEXT NOT NULL,
    content {bytes},
    subject TEXT NOT NULL,
    recipients INTEGER,
    scheduled_for TEXT,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    lease_token TEXT,
    lease_host TEXT,
    lease_pid INTEGER,
    lease_until TEXT,
    CHECK (state = 'draft' OR content IS NOT NULL),
    CHECK (state <> 'scheduled' OR scheduled_for IS NOT NULL),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);

-- The same issue never goes to the same people twice: what reached nobody may be followed by another.
CREATE UNIQUE INDEX one_live_order ON orders (issue, provider, audience, segment, purpose) WHERE state <> 'cancelled';

-- Where a provider keeps a picture, so that the same bytes are stored there once.
CREATE TABLE uploads (
    provider TEXT NOT NULL,
    digest TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (provider, digest)
);
