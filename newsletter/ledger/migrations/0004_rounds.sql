-- A correction, or what goes to those left out, may be needed more than once: each round is an order of its own.
ALTER TABLE orders ADD COLUMN round INTEGER NOT NULL DEFAULT 1;

DROP INDEX one_live_order;

CREATE UNIQUE INDEX one_live_order ON orders (issue, provider, audience, segment, purpose, round)
    WHERE state <> 'cancelled';
