-- For a new identity the number under which the board keeps its own file goes, too: it leads to the paper and the name on
-- it. It is sealed as social, alone under its key, in the stream of the case and nowhere else; what is social in other
-- streams (follow-ups, what was asked and answered) stays its years.

-- Whether what is of one of the classes of a decision goes by it, in this stream.
CREATE FUNCTION vault.goes_with(ground text, class text, stream text) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$ SELECT ground = 'RETENTION' OR class <> 'social' OR stream LIKE 'relocation-%' $$;
REVOKE ALL ON FUNCTION vault.goes_with(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.goes_with(text, text, text) TO vault_destroyer, vault_keeper, vault_custodian;

GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;
-- As before, but for that.
CREATE OR REPLACE FUNCTION vault.bury(the_decision uuid, the_subject uuid, the_ground text, the_classes text[], the_cases text[],
    the_streams text[], the_keys uuid[], the_epoch integer, the_tombstone text, the_extent text)
  RETURNS integer LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone integer;
  highest integer;
  -- Who was asked about stays in the index while anything of these classes is kept of the person.
  forget boolean;
BEGIN
  WITH deleted AS (
    DELETE FROM vault.keys k
      WHERE k.key_id = ANY (the_keys)
        OR (k.subject = the_subject AND k.class = ANY (the_classes)
          AND (the_streams IS NULL OR k.stream = ANY (the_streams))
          AND vault.goes_with(the_ground, k.class, k.stream))
      RETURNING k.epoch
  ) SELECT count(*), coalesce(max(epoch), 0) INTO gone, highest FROM deleted;
  forget := the_extent = 'PERSON' OR NOT EXISTS (
    SELECT FROM vault.keys k WHERE k.subject = the_subject AND k.class = ANY (the_classes));
  IF forget THEN
    DELETE FROM vault.person_index p WHERE p.subject = the_subject;
    -- Whoever got a new identity still has enemies: what goes is who the person was.
    DELETE FROM police_register.entries e
      WHERE e.subject = the_subject AND (the_ground = 'RETENTION' OR e.kind = 'SELF_PERSON');
  END IF;
  DELETE FROM vault.grants g WHERE g.subject = the_subject AND g.class = ANY (the_classes)
    AND (the_streams IS NULL OR g.stream = ANY (the_streams))
    AND vault.goes_with(the_ground, g.class, g.stream);
  INSERT INTO vault.erasures (decision_id, subject, ground, classes, cases, streams, destroyed_keys, tombstone,
      highest_epoch, extent, forgotten)
    VALUES (the_decision, the_subject, the_ground, the_classes, the_cases, the_streams, cardinality(the_keys),
      the_tombstone, greatest(the_epoch, highest), the_extent, forget)
    ON CONFLICT DO NOTHING;
  RETURN gone;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
-- The door for writing stays as it is but for that.
DO $$
DECLARE
  as_it_was text := pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname = 'key_for_write';
  erased constant text := 'class = ANY (e.classes)';
BEGIN
  IF array_length(string_to_array(as_it_was, erased), 1) IS DISTINCT FROM 2 THEN
    RAISE EXCEPTION 'the door for writing does not ask what is erased as it was thought to';
  END IF;
  EXECUTE replace(as_it_was, erased, erased || ' AND vault.goes_with(e.ground, class, stream)');
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
