-- One send of an issue at a time through a provider that takes a message for each recipient, whatever part of the
-- audience it is for. Sends that an earlier version began do not take part: two of them may be unfinished.
ALTER TABLE campaigns ADD COLUMN locks {boolean} NOT NULL DEFAULT {false} CHECK (locks IN ({false}, {true}));

CREATE UNIQUE INDEX one_send_at_a_time ON campaigns (issue, provider)
    WHERE locks = {true} AND state IN ('intended', 'sending', 'uncertain');

-- An issue goes to an audience of a provider's, or to one part of it: nobody but the provider knows who is in two parts.
ALTER TABLE orders ADD COLUMN locks {boolean} NOT NULL DEFAULT {false} CHECK (locks IN ({false}, {true}));

CREATE UNIQUE INDEX one_whole_order ON orders (issue, provider, audience)
    WHERE locks = {true} AND purpose = 'whole' AND state NOT IN ('draft', 'cancelled');

-- Who gave a test or an approval, by the account on their computer, and who was in the audience then.
ALTER TABLE clearances ADD COLUMN account TEXT;

ALTER TABLE clearances ADD COLUMN audience_size INTEGER;

ALTER TABLE clearances ADD COLUMN audience_digest TEXT;

-- Who was in an audience, as the beginnings of the recipients' keys, one after the other; no address can be read from it.
CREATE TABLE memberships (
    digest TEXT NOT NULL PRIMARY KEY,
    issue TEXT NOT NULL,
    members {bytes} NOT NULL
);
