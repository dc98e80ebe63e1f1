-- Who reads what the own authority wrote reads it on the basis of the route by which it is asked for, as a look at the case is
-- recorded, and not on the basis on which somebody once wrote it. The door is told it last; whoever tells it none reads on the
-- writer's, as before. What was disclosed has a basis of its own, and keeps it.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
DO $$
DECLARE
  door constant regprocedure := (
    SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'open'
  );
  as_it_was constant text := pg_get_functiondef(door);
  head constant text := E'unit text DEFAULT NULL::text)\n RETURNS TABLE(';
  basis constant text := 'coalesce(live.legal_basis, live.foot)';
BEGIN
  IF array_length(string_to_array(as_it_was, head), 1) IS DISTINCT FROM 2
    -- In the record and in the answer.
    OR array_length(string_to_array(as_it_was, basis), 1) IS DISTINCT FROM 3
  THEN
    RAISE EXCEPTION 'vault.open does not record its legal basis as it was thought to';
  END IF;
  EXECUTE format('DROP FUNCTION %s', door);
  EXECUTE replace(
    replace(as_it_was, head, E'unit text DEFAULT NULL::text, reader_basis text DEFAULT NULL::text)\n RETURNS TABLE('),
    basis, 'coalesce(CASE WHEN live.foot = ''OWN'' THEN reader_basis END, live.legal_basis, live.foot)');
END
$$;
REVOKE ALL ON FUNCTION vault.open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.open TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
