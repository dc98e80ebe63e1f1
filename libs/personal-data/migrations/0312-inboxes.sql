-- An inbox names the cases in which something waits, so it leaves a record as a list does: one for an answer, with every case
-- in it and the person of each. It shows less than a list, and says so: INBOX.
ALTER TABLE vault.reads DROP CONSTRAINT reads_action_check;
ALTER TABLE vault.reads ADD CONSTRAINT reads_action_check
  CHECK (action IN ('READ', 'WRITE', 'NAME', 'GLASS', 'JOINT', 'VIEW', 'LIST', 'INBOX'));
ALTER TABLE vault.reads DROP CONSTRAINT reads_class_but_of_a_view;
ALTER TABLE vault.reads ADD CONSTRAINT reads_class_but_of_a_view
  CHECK ((class IS NULL) = (action IN ('VIEW', 'LIST', 'INBOX')));
ALTER TABLE vault.reads DROP CONSTRAINT reads_of_a_list;
ALTER TABLE vault.reads ADD CONSTRAINT reads_of_a_list CHECK (CASE WHEN action IN ('LIST', 'INBOX')
  THEN case_id IS NULL AND subject IS NULL AND cardinality(listed_cases) > 0
    AND cardinality(listed_subjects) = cardinality(listed_cases)
    AND array_position(listed_cases, NULL) IS NULL AND array_position(listed_subjects, NULL) IS NULL
  ELSE listed_cases IS NULL AND listed_subjects IS NULL END);
DROP INDEX vault.reads_by_listed_subject;
CREATE INDEX reads_by_listed_subject ON vault.reads USING gin (listed_subjects) WHERE listed_subjects IS NOT NULL;
COMMENT ON COLUMN vault.reads.listed_cases IS 'LIST and INBOX only: the cases, inquiries or requests that were shown';
COMMENT ON COLUMN vault.reads.listed_subjects IS 'LIST and INBOX only: whom each of them is about, in the same order';

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
-- The door is told last which of the two was shown.
DO $$
DECLARE
  door constant regprocedure := (
    SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'record_list'
  );
  as_it_was constant text := pg_get_functiondef(door);
  head constant text := 'foot text)';
  kept constant text := 'VALUES (at, ''LIST'',';
BEGIN
  IF array_length(string_to_array(as_it_was, head), 1) IS DISTINCT FROM 2
    OR array_length(string_to_array(as_it_was, kept), 1) IS DISTINCT FROM 2
  THEN
    RAISE EXCEPTION 'vault.record_list does not record as it was thought to';
  END IF;
  EXECUTE format('DROP FUNCTION %s', door);
  EXECUTE replace(replace(as_it_was, head, 'foot text, shown_as text DEFAULT ''LIST'')'), kept, 'VALUES (at, shown_as,');
END
$$;
REVOKE ALL ON FUNCTION vault.record_list FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_list TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;
-- Who looks at lists looks at inboxes. Of either the sample of a day and the reports have the first of each official: an inbox
-- that is asked for again and again stands in no list's place.
DO $$
DECLARE
  door regprocedure;
  name text;
  as_it_was text;
  as_it_is text;
BEGIN
  FOREACH name IN ARRAY ARRAY['openings_between', 'openings_with_canaries', 'access_report', 'complete_access_report'] LOOP
    door := (SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = name);
    as_it_was := pg_get_functiondef(door);
    as_it_is := replace(replace(replace(as_it_was,
      'r.action = ''LIST''', 'r.action IN (''LIST'', ''INBOX'')'),
      'f.action <> ''LIST''', 'f.action NOT IN (''LIST'', ''INBOX'')'),
      'r.person, r.organisation, r.purpose', 'r.action, r.person, r.organisation, r.purpose');
    as_it_is := replace(as_it_is, 'r.action, r.action, ', 'r.action, ');
    IF as_it_is NOT LIKE '%r.action IN (''LIST'', ''INBOX'')%' OR as_it_is LIKE '%= ''LIST''%' OR as_it_is LIKE '%<> ''LIST''%'
      OR name <> 'openings_with_canaries' AND as_it_is NOT LIKE '%r.action, r.person, r.organisation, r.purpose%'
    THEN
      RAISE EXCEPTION 'vault.% does not look at lists as it was thought to', name;
    END IF;
    EXECUTE as_it_is;
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
