-- The note of a broken glass, of the second person and of every further one of an authority in a case. Its key was given
-- to whoever broke the first alone, and to who holds a grant, which nobody does on that stream: the vault had let the
-- others in, and the event could never be written. Whoever has been let in with a glass of the authority, just now, may
-- write the note of it. The rest of the door stands as it was (0038); no key is added, so erasure finds them as before.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

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

  IF EXISTS (SELECT FROM vault.erasures e WHERE e.subject = subject AND class = ANY (e.classes)) THEN
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
