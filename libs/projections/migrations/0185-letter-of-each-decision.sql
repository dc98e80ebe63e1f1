-- The letter of each decision stays readable after the next one, and what the court has ordered stands beside its outcome.
-- Rows that a build before this one filled wait for `ops rebuild public-access`: only the log has the letters that were
-- written over.
ALTER TABLE public_access.request_v1 DROP COLUMN letter, ADD COLUMN letters jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN ordered_kinds text[] NOT NULL DEFAULT '{}';
GRANT SELECT (letters, ordered_kinds) ON public_access.request_v1 TO read_public_access;
