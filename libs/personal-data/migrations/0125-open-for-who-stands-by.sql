-- vault.open as before, but for one thing: the alarm plan of a home board opens for whoever holds the function of duty
-- officer there at that instant, and for those who are named in the grant. Only a social board has
-- such a function, and only the one that is home board in a case has a grant of rescuers there.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- Nobody, until the read models of libs/projections, which know the appointments, say who.
CREATE FUNCTION vault.stands_by(the_organisation text, the_person text, the_moment timestamptz)
  RETURNS boolean LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT false
$$;
REVOKE ALL ON FUNCTION vault.stands_by(text, text, timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION vault.open(
  case_id uuid, subject uuid, stream text, class text, owner text,
  organisation text, person text, purpose text, at timestamptz, disclosure_revision bigint,
  agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer, foot text, legal_basis text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '200ms' AS $$
#variable_conflict use_variable
DECLARE
  live vault.grants;
  the_key vault.keys;
  ready boolean;
BEGIN
  IF case_id IS NULL OR subject IS NULL OR stream IS NULL OR class IS NULL OR owner IS NULL OR organisation IS NULL
    OR person IS NULL OR purpose IS NULL OR at IS NULL OR disclosure_revision IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);

  -- Rescuers first: neither a sleeping worker nor a parked case keeps them from a person in danger.
  SELECT g.* INTO live FROM vault.grants g
    WHERE g.case_id = case_id AND g.subject = subject AND g.stream = stream AND g.class = class AND g.owner = owner
      AND g.organisation = organisation
      -- The home board's duty officers change by rota: what one of them was told, whoever stands by now was told.
      AND (g.person = person OR vault.stands_by(organisation, person, at))
      AND g.foot = 'RESCUE' AND purpose = ANY (g.purposes)
      AND g.valid_from <= at AND g.ended_at IS NULL
    ORDER BY g.grant_id LIMIT 1;

  IF NOT FOUND THEN
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(hashtextextended(case_id::text, 30));
      ready := vault.grants_ready(case_id, disclosure_revision);
    EXCEPTION WHEN lock_not_available THEN
      ready := false;
    END;
    IF NOT ready THEN
      RAISE EXCEPTION USING ERRCODE = 'RV001', MESSAGE = 'the grants of this case are not up to date';
    END IF;
    SELECT g.* INTO live FROM vault.grants g
      WHERE g.case_id = case_id AND g.subject = subject AND g.stream = stream AND g.class = class AND g.owner = owner
        AND g.organisation = organisation AND g.person = person
        AND g.foot <> 'RESCUE' AND (g.foot = 'OWN' OR purpose = ANY (g.purposes))
        AND g.valid_from <= at AND (g.expires_at IS NULL OR g.expires_at > at) AND g.ended_at IS NULL
      -- The own record first, then the person's waiver, then a statute: the mildest ground that carries it.
      ORDER BY array_position(ARRAY['OWN', 'WAIVER', 'STATUTE'], g.foot), g.grant_id LIMIT 1;
    IF NOT FOUND THEN
      INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
        VALUES (at, person, organisation, 'vault.open', 'NO_GRANT', case_id, class);
      RETURN;
    END IF;
  END IF;

  SELECT k.* INTO the_key FROM vault.keys k
    WHERE k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner;
  IF NOT FOUND THEN
    INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
      VALUES (at, person, organisation, 'vault.open', 'NO_KEY', case_id, class);
    RETURN;
  END IF;

  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, foot, legal_basis, source_ref, key_id)
    VALUES (at, 'READ', person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, live.foot, coalesce(live.legal_basis, live.foot), live.source_ref, the_key.key_id);
  RETURN QUERY SELECT the_key.key_id, the_key.wrapped_key, the_key.epoch, live.foot, coalesce(live.legal_basis, live.foot);
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
