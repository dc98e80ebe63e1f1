-- Where a decision says that a child stays is an address in substance (provider and place in free text), and sealed as one:
-- nobody has a standing grant to it, and it is opened with a pass alone. Streams decision-<id> bear no case in their name, so
-- a pass asks here which of them hold such an address of this person.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE FUNCTION vault.decided_places(the_subject uuid) RETURNS SETOF text
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT k.stream FROM vault.keys k
  WHERE k.subject = the_subject AND k.class = 'address' AND k.stream LIKE 'decision-%' ORDER BY k.stream
$$;
REVOKE ALL ON FUNCTION vault.decided_places(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.decided_places(uuid) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

-- While a place of the case is known to somebody who must not know it, they are shut as well: the child may be there.
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;
DO $$
DECLARE
  as_it_was text := pg_get_functiondef('vault.keep_frozen()'::regprocedure);
  of_the_place constant text := 'WHERE f.stream = NEW.stream AND f.ended_at IS NULL';
BEGIN
  IF array_length(string_to_array(as_it_was, of_the_place), 1) IS DISTINCT FROM 2 THEN
    RAISE EXCEPTION 'what is frozen is not asked as it was thought to be';
  END IF;
  EXECUTE replace(as_it_was, of_the_place,
    'WHERE (f.stream = NEW.stream OR (f.case_id = NEW.case_id AND NEW.stream LIKE ''decision-%''))
      AND f.ended_at IS NULL');
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;

-- What was sealed as destination before is nobody's to read any more: its grants end, and the board registers the place again.
UPDATE vault.grants SET ended_at = clock_timestamp()
  WHERE foot = 'OWN' AND class = 'destination' AND stream LIKE 'decision-%' AND ended_at IS NULL;
