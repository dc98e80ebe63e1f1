-- Somebody may be named on both sides of a case, for example Police of a region from which a person goes to a place in it:
-- a grant says for which part, and of which proposal, it is held, so that a change of contact ends what is held for that
-- office and nothing else. NULL in rows that were written before this: they go with any change at their organisation, as they
-- did, until `ops rebuild grants`.
ALTER TABLE vault.grants ADD COLUMN part text, ADD COLUMN proposal_id text;
