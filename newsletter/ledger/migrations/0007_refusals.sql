-- Why the message to a recipient was refused or deferred; empty in sends by earlier versions, which did not keep it.
ALTER TABLE deliveries ADD COLUMN refusal TEXT CHECK (refusal NOT LIKE '%@%');

-- The fingerprints of the provider's changes that people accepted, with spaces between them. Earlier versions kept them
-- only in the words of the history, and before version 6 of the tables these did not name the send.
ALTER TABLE sends ADD COLUMN accepted TEXT NOT NULL DEFAULT '';

UPDATE sends
SET accepted = COALESCE((
    SELECT {joined}(substr(words, {position}(words, ' (') + 2, 12), ' ')
    FROM events
    WHERE events.issue = sends.issue AND (events.send = sends.id OR events.send IS NULL)
        AND words LIKE 'accepted that %' AND substr(words, {position}(words, ' (') + 14, 2) = '):'
), '')
WHERE mode = 'campaign';
