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
-- As before, but for that.
CREATE OR REPLACE FUNCTION vault.key_for_write(
  case_id uuid, subject uuid, stream text, class text, owner text,
  organisation text, person text, purpose text, at timestamptz,
  new_key_id uuid, new_wrapped_key bytea, new_epoch integer,
  agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  the_key vault.keys;
BEGIN
  IF subject IS NULL OR stream IS NULL OR class IS NULL OR owner IS NULL OR organisation IS NULL OR person IS NULL
    OR purpose IS NULL OR at IS NULL OR new_key_id IS NULL OR new_wrapped_key IS NULL OR new_epoch IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);

  -- A new epoch waits for the writes that are under way under the old one.
  PERFORM pg_advisory_xact_lock_shared(7310, 36);
  IF new_epoch < (SELECT e.in_force FROM vault.class_key_epoch e) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV005', MESSAGE = 'there is a newer epoch of the class keys';
  END IF;

  IF EXISTS (
    SELECT FROM vault.erasures e WHERE e.subject = subject AND class = ANY (e.classes) AND vault.goes_with(e.ground, class, stream)
      AND (e.streams IS NULL OR stream = ANY (e.streams)
        OR (e.forgotten
          AND NOT EXISTS (SELECT FROM vault.keys k WHERE k.subject = subject AND k.stream = stream)))
  ) THEN
    INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
      VALUES (at, person, organisation, 'vault.key_for_write', 'ERASED', case_id, class);
    RETURN;
  END IF;

  INSERT INTO vault.keys AS k (key_id, subject, stream, class, owner, wrapped_key, epoch, created_by_organisation,
      created_by_person)
    VALUES (new_key_id, subject, stream, class, owner, new_wrapped_key, new_epoch, organisation, person)
    ON CONFLICT ON CONSTRAINT keys_subject_stream_class_owner_key DO NOTHING
    RETURNING k.* INTO the_key;
  IF NOT FOUND THEN
    SELECT k.* INTO the_key FROM vault.keys k
      WHERE k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner
        AND ((k.created_by_organisation = organisation AND k.created_by_person = person) OR EXISTS (
          SELECT FROM vault.grants g
            WHERE g.case_id = case_id AND g.subject = subject AND g.stream = stream AND g.class = class
              AND g.owner = owner AND g.organisation = organisation AND g.person = person
              AND g.valid_from <= at AND g.ended_at IS NULL
              AND (g.foot = 'RESCUE' OR g.expires_at IS NULL OR g.expires_at > at)
              AND (g.foot = 'OWN' OR purpose = ANY (g.purposes))
        ) OR (class = 'social' AND stream = 'break-glass-' || case_id::text AND EXISTS (
          SELECT FROM vault.passes p
            WHERE p.kind = 'GLASS' AND p.case_id = case_id AND p.subject = subject AND p.organisation = owner
              AND p.organisation = organisation AND p.person = person
              AND p.valid_from <= at AND p.expires_at > at
        )));
    IF NOT FOUND THEN
      INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
        VALUES (at, person, organisation, 'vault.key_for_write',
          -- The authority's own, and the grants of its officers may have yet to follow: no sign of an attack.
          CASE WHEN owner = organisation OR EXISTS (
            SELECT FROM vault.keys k
              WHERE k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner
                AND k.created_by_organisation = organisation
          ) THEN 'GRANT_NOT_YET' ELSE 'NO_GRANT' END,
          case_id, class);
      RETURN;
    END IF;
  END IF;

  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, foot, key_id)
    VALUES (at, 'WRITE', person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, 'OWN', the_key.key_id);
  RETURN QUERY SELECT the_key.key_id, the_key.wrapped_key, the_key.epoch;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
