-- A decision that was served (care under LVU, shelter) names its party by law and bears the board's own number: for a new
-- identity it goes like the number of the case. It is sealed as social, too, in a stream of its own.
DO $$
DECLARE
  as_it_was text := pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'goes_with';
  file constant text := 'stream LIKE ''relocation-%''';
BEGIN
  IF array_length(string_to_array(as_it_was, file), 1) IS DISTINCT FROM 2 THEN
    RAISE EXCEPTION 'what goes for a new identity is not told by its stream as it was thought to';
  END IF;
  EXECUTE replace(as_it_was, file, file || ' OR stream LIKE ''decision-%''');
END
$$;
