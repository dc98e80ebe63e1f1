-- A board has its own file destroyed and nobody else's. Who has a case at another board stays in the index and in Police's
-- register until the last of these files goes: the other board goes on with the same person.
GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;
DO $$
DECLARE
  as_it_was text := pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'bury';
  always constant text := 'the_extent = ''PERSON'' OR NOT EXISTS (';
  kept constant text := 'WHERE k.subject = the_subject AND k.class = ANY (the_classes));';
BEGIN
  IF array_length(string_to_array(as_it_was, always), 1) IS DISTINCT FROM 2
    OR array_length(string_to_array(as_it_was, kept), 1) IS DISTINCT FROM 2
  THEN
    RAISE EXCEPTION 'what is destroyed does not forget the person as it was thought to';
  END IF;
  EXECUTE replace(replace(as_it_was, always, 'NOT EXISTS ('), kept,
    'WHERE k.subject = the_subject AND k.class = ANY (the_classes)
      AND (the_extent <> ''PERSON'' OR k.stream LIKE ''relocation-%''));');
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;
