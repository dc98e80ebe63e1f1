-- Police at home keep what they wrote themselves: the facts of others stand in their row only while it is told to them
-- (libs/projections/shared/told-facts.ts), as in the rows of the other parts. Rows that a build before this one filled wait
-- for `ops rebuild`.
ALTER TABLE police.home_case_v1
  ALTER COLUMN sex DROP NOT NULL,
  ALTER COLUMN age_band DROP NOT NULL,
  ALTER COLUMN environment DROP NOT NULL,
  ALTER COLUMN support_decided DROP NOT NULL,
  ALTER COLUMN answers DROP NOT NULL,
  ADD COLUMN told boolean NOT NULL DEFAULT false,
  ADD COLUMN told_until timestamptz,
  ADD COLUMN held jsonb;
GRANT SELECT (told_until) ON police.home_case_v1 TO read_police;
