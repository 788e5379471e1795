-- An issue may go again to those who have the wrong one, or have none: each such run is told apart from the first.
ALTER TABLE campaigns ADD COLUMN purpose TEXT NOT NULL DEFAULT 'whole'
    CHECK (purpose IN ('whole', 'correction', 'remainder'));

ALTER TABLE campaigns ADD COLUMN round INTEGER NOT NULL DEFAULT 1;

DROP INDEX one_live_campaign;

CREATE UNIQUE INDEX one_live_campaign ON campaigns (issue, provider, audience, segment, purpose, round)
    WHERE state <> 'failed';
