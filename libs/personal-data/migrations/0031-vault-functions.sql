-- The only doors to the keys. SQLSTATEs of our own:
--   RV001  grants are behind the disclosure stream, parked or being changed: try again (503)
--   RV002  the caller's clock is more than 5 s off the server's
--   RV003  an argument is missing
--   RV004  append-only, or settled for ever
-- Messages carry no values.

-- Grants are kept by a subscription whose name begins with this; a parked sequence is a case id.
CREATE FUNCTION vault.grants_ready(the_case uuid, wanted_revision bigint) RETURNS boolean LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM subs.parked p WHERE p.subscription LIKE 'grants%' AND p.sequence = the_case::text
  ) THEN
    RETURN false;
  END IF;
  RETURN wanted_revision < 0
    OR EXISTS (
      SELECT FROM vault.grants_progress g WHERE g.case_id = the_case AND g.disclosure_revision >= wanted_revision
    );
END
$$;

CREATE FUNCTION vault.assert_clock(at timestamptz) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF abs(extract(epoch FROM at - clock_timestamp())) > 5
    AND NOT coalesce((SELECT i.simulated FROM vault.instance i), false)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV002', MESSAGE = 'the clock of the caller is off';
  END IF;
END
$$;

-- Checks a live grant, records the read and returns the wrapped key, in one statement. No record, no key.
-- `disclosure_revision` is the head revision of disclosure-<case> as the caller saw it, -1 when there is no such stream.
-- No row: no grant (or no key any more); the refusal is recorded, and the caller answers as for an unknown thing.
CREATE FUNCTION vault.open(
  case_id uuid, subject uuid, stream text, class text, owner text,
  organisation text, person text, purpose text, at timestamptz, disclosure_revision bigint,
  agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer, foot text, legal_basis text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp
  SET lock_timeout = '2s' AS $$
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
      AND g.organisation = organisation AND g.person = person
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

-- The twin for writing: keeps the proposed wrapped key if there is none yet, returns the one that holds, records a write.
-- A key that exists is given only to its owner, to the organisation that made it, and to who may open it anyway:
-- a symmetric key for writing is a key for reading. No row: refused, and recorded.
CREATE FUNCTION vault.key_for_write(
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

  INSERT INTO vault.keys AS k (key_id, subject, stream, class, owner, wrapped_key, epoch, created_by_organisation)
    VALUES (new_key_id, subject, stream, class, owner, new_wrapped_key, new_epoch, organisation)
    ON CONFLICT ON CONSTRAINT keys_subject_stream_class_owner_key DO NOTHING
    RETURNING k.* INTO the_key;
  IF NOT FOUND THEN
    SELECT k.* INTO the_key FROM vault.keys k
      WHERE k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner
        AND (k.owner = organisation OR k.created_by_organisation = organisation OR EXISTS (
          SELECT FROM vault.grants g
            WHERE g.case_id = case_id AND g.subject = subject AND g.stream = stream AND g.class = class
              AND g.owner = owner AND g.organisation = organisation AND g.person = person
              AND g.valid_from <= at AND g.ended_at IS NULL
              AND (g.foot = 'RESCUE' OR g.expires_at IS NULL OR g.expires_at > at)
              AND (g.foot = 'OWN' OR purpose = ANY (g.purposes))
        ));
    IF NOT FOUND THEN
      INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
        VALUES (at, person, organisation, 'vault.key_for_write', 'NO_GRANT', case_id, class);
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

-- A token is turned into the name of a place beside a case: recorded as an opening of the destination.
CREATE FUNCTION vault.record_naming(
  case_id uuid, token text, organisation text, person text, purpose text, at timestamptz, legal_basis text,
  agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  IF token IS NULL OR organisation IS NULL OR person IS NULL OR purpose IS NULL OR at IS NULL OR legal_basis IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, class, purpose, legal_basis,
      named_token)
    VALUES (at, 'NAME', person, organisation, agency_kind, unit, case_id, 'destination', purpose, legal_basis, token);
END
$$;

-- Records an access that the api refused before it came to a key.
CREATE FUNCTION vault.record_refusal(
  at timestamptz, actor text, organisation text, route text, reason text, case_id uuid DEFAULT NULL
) RETURNS void
  LANGUAGE sql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id)
    VALUES (at, actor, organisation, route, reason, case_id);
$$;

-- The subject behind a keyed hash; the proposed id is taken when the person is new. It does not tell which: whether
-- somebody is known is itself secret. `older` are hashes under earlier epochs of the routing key.
CREATE FUNCTION vault.find_or_create_subject(keyed_hash text, new_subject uuid, older text[] DEFAULT '{}') RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  known uuid;
BEGIN
  IF keyed_hash IS NULL OR new_subject IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  SELECT p.subject INTO known FROM vault.person_index p
    WHERE p.keyed_hash = ANY (array_prepend(keyed_hash, older))
    ORDER BY (p.keyed_hash = keyed_hash) DESC LIMIT 1;
  INSERT INTO vault.person_index AS p (keyed_hash, subject) VALUES (keyed_hash, coalesce(known, new_subject))
    ON CONFLICT ON CONSTRAINT person_index_pkey DO NOTHING;
  SELECT p.subject INTO known FROM vault.person_index p WHERE p.keyed_hash = keyed_hash;
  RETURN known;
END
$$;

-- The functions run as vault_keeper, who owns no table: REVOKE works on it as on anybody. They are given away last,
-- when PUBLIC has lost them and the opener has got the doors (the two helpers are for the keeper alone).
GRANT CREATE ON SCHEMA vault TO vault_keeper;
DO $$
DECLARE
  door regprocedure;
BEGIN
  FOR door IN
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace
      AND p.proname IN ('grants_ready', 'assert_clock', 'open', 'key_for_write', 'record_naming', 'record_refusal',
        'find_or_create_subject')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
    IF door::text !~ '^vault\.(grants_ready|assert_clock)' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO vault_opener', door);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO vault_keeper', door);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

-- Parked sequences belong to libs/subscriptions (migrations 0020 and on). Where the right is missing, nothing opens.
GRANT USAGE ON SCHEMA subs TO vault_keeper;
GRANT SELECT ON subs.parked TO vault_keeper;
