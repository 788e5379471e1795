-- One table of sends for both modes: a message for each recipient handed over by this computer (direct), or a campaign
-- that the provider keeps. It takes the place of campaigns (direct sends) and orders (campaigns).
CREATE TABLE sends (
    id TEXT NOT NULL PRIMARY KEY,
    issue TEXT NOT NULL,
    provider TEXT NOT NULL,
    audience TEXT NOT NULL,
    segment TEXT NOT NULL,
    target_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('whole', 'correction', 'remainder')),
    round INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    pending_call TEXT CHECK (pending_call IN ('save', 'schedule', 'send', 'unschedule', 'cancel')),
    campaign_key TEXT UNIQUE CHECK (campaign_key NOT LIKE '%@%'),
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
    locks {boolean} NOT NULL DEFAULT {false} CHECK (locks IN ({false}, {true})),
    lease_token TEXT,
    lease_host TEXT,
    lease_pid INTEGER,
    lease_until TEXT,
    CHECK (
        (
            mode = 'direct' AND state IN ('intended', 'sending', 'sent', 'failed', 'uncertain')
            AND fingerprint IS NOT NULL AND recipients IS NOT NULL AND recipients > 0 AND pending_call IS NULL
            AND (state <> 'sent' OR finished_at IS NOT NULL)
        ) OR (
            mode = 'campaign'
            AND state IN ('draft', 'intended', 'scheduled', 'sent', 'stopped', 'cancelled', 'uncertain')
            AND campaign_key IS NOT NULL
        )
    ),
    CHECK (state = 'draft' OR content IS NOT NULL),
    CHECK (state <> 'scheduled' OR scheduled_for IS NOT NULL),
    CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);

INSERT INTO sends
    (id, issue, provider, audience, segment, target_name, mode, purpose, round, attempt, state, fingerprint, parts,
     content, subject, recipients, created_by, created_at, finished_at, locks, lease_token, lease_host, lease_pid,
     lease_until)
SELECT
    id, issue, provider, audience, segment, CASE WHEN segment = '' THEN audience ELSE segment || ' of ' || audience END,
    'direct', purpose, round, 1, state, fingerprint, parts, content, subject, recipients, created_by, created_at,
    finished_at, locks, lease_token, lease_host, lease_pid, lease_until
FROM campaigns;

INSERT INTO sends
    (id, issue, provider, audience, segment, target_name, mode, purpose, round, attempt, state, pending_call,
     campaign_key, remote_id, fingerprint, parts, content, subject, recipients, scheduled_for, created_by, created_at,
     finished_at, locks, lease_token, lease_host, lease_pid, lease_until)
SELECT
    id, issue, provider, audience, segment, aimed_at, 'campaign', purpose, round, attempt, state, step, campaign_key,
    remote_id, fingerprint, parts, content, subject, recipients, scheduled_for, created_by, created_at, finished_at,
    locks, lease_token, lease_host, lease_pid, lease_until
FROM orders;

-- SQLite can neither change the table that a column refers to, nor drop a table that is referred to.
CREATE TABLE new_deliveries (
    send TEXT NOT NULL REFERENCES sends (id),
    recipient TEXT NOT NULL CHECK (recipient NOT LIKE '%@%'),
    position INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'handed_over', 'delivered', 'uncertain', 'refused', 'skipped')),
    vouched {boolean} NOT NULL DEFAULT {false} CHECK (vouched IN ({false}, {true})),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (send, recipient)
);

INSERT INTO new_deliveries (send, recipient, position, state, vouched, changed_at)
SELECT campaign, recipient, position, state, vouched, changed_at FROM deliveries;

DROP TABLE deliveries;

ALTER TABLE new_deliveries RENAME TO deliveries;

CREATE INDEX deliveries_by_state ON deliveries (send, state);

CREATE TABLE new_events (
    id {counted},
    issue TEXT NOT NULL,
    send TEXT REFERENCES sends (id),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    words TEXT NOT NULL
);

INSERT INTO new_events (id, issue, send, who, at, words) SELECT id, issue, campaign, who, at, words FROM events;

DROP TABLE events;

ALTER TABLE new_events RENAME TO events;

CREATE INDEX events_by_issue ON events (issue);

DROP TABLE orders;

DROP TABLE campaigns;

-- The same issue never goes to the same people twice: a send that reached nobody may be followed by another.
CREATE UNIQUE INDEX one_live_send ON sends (issue, provider, mode, audience, segment, purpose, round)
    WHERE state NOT IN ('cancelled', 'failed');

-- Direct sends of an issue through one provider wait for each other, whatever part of the audience they are for. What
-- an earlier version began does not take part (locks): two of them may be unfinished.
CREATE UNIQUE INDEX one_send_at_a_time ON sends (issue, provider)
    WHERE mode = 'direct' AND locks = {true} AND state IN ('intended', 'sending', 'uncertain');

-- A campaign goes to an audience of a provider's, or to one part of it: nobody but the provider knows who is in two.
CREATE UNIQUE INDEX one_whole_campaign ON sends (issue, provider, audience)
    WHERE mode = 'campaign' AND locks = {true} AND purpose = 'whole' AND state NOT IN ('draft', 'cancelled');
