-- The index and Police's row of who somebody was lead to a person for as long as a board has that person's identity in a file,
-- and no longer: what a board keeps after a new identity (needs, what happened) does not hold them. Those Police have to know
-- as enemies are recognised while anything of a board's file is left.
GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;
DO $$
DECLARE
  as_it_was text := pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'bury';
  kept constant text := 'k.class = ANY (the_classes)
      AND (the_extent <> ''PERSON'' OR k.stream LIKE ''relocation-%'')';
  enemies constant text := 'the_ground = ''RETENTION'' OR e.kind';
BEGIN
  IF array_length(string_to_array(as_it_was, kept), 1) IS DISTINCT FROM 2
    OR array_length(string_to_array(as_it_was, enemies), 1) IS DISTINCT FROM 2
  THEN
    RAISE EXCEPTION 'what is destroyed does not forget the person as it was thought to';
  END IF;
  EXECUTE replace(
    replace(as_it_was, kept, replace(kept, 'ANY (the_classes)', '''identity''')),
    enemies,
    'the_ground = ''RETENTION'' AND NOT EXISTS (SELECT FROM vault.keys k WHERE k.subject = the_subject AND '
      || kept || ') OR e.kind');
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;
