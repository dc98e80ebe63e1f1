-- A request for official documents may name somebody in words that only its authority can read, and so may what was found. It
-- is a file of its own, with an extent of its own: all of it goes by the schedule, its words and assessments for a new identity.
ALTER TABLE vault.erasures DROP CONSTRAINT erasures_extent_check;
ALTER TABLE vault.erasures ADD CONSTRAINT erasures_extent_check CHECK (extent IN ('PERSON', 'INQUIRY', 'REQUEST'));
DO $$
DECLARE
  as_it_was text := pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'goes_with';
  served constant text := 'OR stream LIKE ''decision-%''';
BEGIN
  IF array_length(string_to_array(as_it_was, served), 1) IS DISTINCT FROM 2 THEN
    RAISE EXCEPTION 'what goes for a new identity is not told by its stream as it was thought to';
  END IF;
  EXECUTE replace(as_it_was, served, served || ' OR stream LIKE ''public-access-%''');
END
$$;
