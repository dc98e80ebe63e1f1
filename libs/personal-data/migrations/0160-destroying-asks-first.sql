-- Whoever destroys is asked by the vault itself, and not only by the tool that carries it out. SQLSTATE RV010: nobody
-- decided on it, or more was written since. RV009: keys that stay are still wrapped under an earlier epoch.

-- Owns the doors that destroy, and may do nothing else; nobody is this.
SELECT platform.ensure_role('vault_destroyer');

-- In which streams what was destroyed lay; of what was destroyed before, in all of that person.
ALTER TABLE vault.erasures ADD COLUMN streams text[];
-- Everything of the person, or one inquiry about the person; and whether the person went from the index with it.
ALTER TABLE vault.erasures ADD COLUMN extent text NOT NULL DEFAULT 'PERSON' CHECK (extent IN ('PERSON', 'INQUIRY'));
ALTER TABLE vault.erasures ADD COLUMN forgotten boolean NOT NULL DEFAULT true;
ALTER TABLE vault.erasures ALTER COLUMN extent DROP DEFAULT, ALTER COLUMN forgotten DROP DEFAULT;
-- When somebody last asked for the person under this number.
ALTER TABLE vault.person_index ADD COLUMN used_at timestamptz NOT NULL DEFAULT clock_timestamp();
GRANT UPDATE (used_at) ON vault.person_index TO vault_keeper;

-- Epochs before this one wrap nothing that stays: their class keys may go.
CREATE TABLE vault.retired_epochs (
  before integer PRIMARY KEY,
  retired_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.retired_epochs
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();

-- What the log says of a decision. A log that is kept elsewhere is read by the tool alone.
DO $$
BEGIN
  IF to_regclass('log.events') IS NOT NULL THEN
    CREATE VIEW vault.erasure_decisions AS
      SELECT e.revision, e.type, e.data FROM log.events e
      WHERE e.stream LIKE 'erasure-%' AND e.type IN ('ErasureDecided', 'ErasureRejected');
    CREATE VIEW vault.log_is_here AS SELECT EXISTS (SELECT FROM log.events) AS here;
    GRANT SELECT ON vault.erasure_decisions, vault.log_is_here TO vault_destroyer;
    GRANT USAGE ON SCHEMA log TO vault_destroyer;
    GRANT SELECT (stream, revision) ON log.events TO vault_destroyer;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA vault, police_register TO vault_destroyer;
GRANT SELECT, DELETE ON vault.keys, vault.person_index, vault.grants, police_register.entries TO vault_destroyer;
GRANT SELECT, INSERT ON vault.erasures, vault.retired_epochs TO vault_destroyer;
GRANT SELECT ON vault.class_key_epoch TO vault_destroyer;
REVOKE DELETE ON vault.keys, vault.person_index, vault.grants, police_register.entries FROM vault_custodian;
REVOKE INSERT ON vault.erasures FROM vault_custodian;

GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;

-- Nobody's door: what both doors do once it is allowed.
CREATE FUNCTION vault.bury(the_decision uuid, the_subject uuid, the_ground text, the_classes text[], the_cases text[],
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
          AND (the_streams IS NULL OR k.stream = ANY (the_streams)))
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
    AND (the_streams IS NULL OR g.stream = ANY (the_streams));
  INSERT INTO vault.erasures (decision_id, subject, ground, classes, cases, streams, destroyed_keys, tombstone,
      highest_epoch, extent, forgotten)
    VALUES (the_decision, the_subject, the_ground, the_classes, the_cases, the_streams, cardinality(the_keys),
      the_tombstone, greatest(the_epoch, highest), the_extent, forget)
    ON CONFLICT DO NOTHING;
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION vault.bury(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text) FROM PUBLIC;

-- Destroys what was decided: the keys of a person and classes in the streams that two officers looked at, as far as these
-- went then. Where the log is in this database the decision is looked up there; where it is not, it must at least be named.
CREATE FUNCTION vault.destroy(the_decision uuid, the_subject uuid, the_ground text, the_classes text[], the_cases text[],
    the_streams text[], the_keys uuid[], the_epoch integer, the_tombstone text, the_extent text)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last_type text;
  decided json;
BEGIN
  IF the_decision IS NULL OR the_subject IS NULL OR the_ground IS NULL OR the_classes IS NULL OR the_cases IS NULL
    OR the_streams IS NULL OR the_keys IS NULL OR the_epoch IS NULL OR the_tombstone IS NULL OR the_extent IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  -- Nobody makes a key meanwhile.
  PERFORM pg_advisory_xact_lock(7310, 36);
  IF EXISTS (SELECT FROM vault.keys k WHERE k.key_id = ANY (the_keys)
      AND NOT (k.subject = the_subject AND k.class = ANY (the_classes) AND k.stream = ANY (the_streams)))
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'a key is of another person, class or stream';
  END IF;
  IF EXISTS (SELECT FROM vault.erasures e WHERE e.decision_id = the_decision) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'it was carried out already';
  END IF;
  IF to_regclass('vault.erasure_decisions') IS NOT NULL THEN
    IF (SELECT l.here FROM vault.log_is_here l) THEN
      SELECT d.type, d.data INTO last_type, decided FROM vault.erasure_decisions d
        WHERE d.data ->> 'decisionId' = the_decision::text ORDER BY d.revision DESC LIMIT 1;
      IF last_type IS DISTINCT FROM 'ErasureDecided' OR decided ->> 'subject' <> the_subject::text
        OR decided ->> 'ground' <> the_ground OR decided ->> 'extent' <> the_extent
        OR NOT the_classes <@ ARRAY(SELECT json_array_elements_text(decided -> 'classes'))
        OR NOT the_cases <@ ARRAY(SELECT json_array_elements_text(decided -> 'cases'))
      THEN
        RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'nobody decided on it';
      END IF;
      IF EXISTS (
        SELECT FROM unnest(the_streams) AS s (stream)
        WHERE coalesce((SELECT max(e.revision) FROM log.events e WHERE e.stream = s.stream), -1) <> coalesce((
            SELECT l.revision FROM json_to_recordset(decided -> 'streams') AS l (stream text, revision integer)
              WHERE l.stream = s.stream
          ), -1)
      ) THEN
        RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'more was written than was decided on';
      END IF;
    END IF;
  END IF;
  RETURN vault.bury(the_decision, the_subject, the_ground, the_classes, the_cases, the_streams, the_keys, the_epoch,
    the_tombstone, the_extent);
END
$$;
REVOKE ALL ON FUNCTION vault.destroy(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.destroy(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text)
  TO vault_custodian;

-- Destroys again what a tombstone says was destroyed: a restored backup may have brought it back, and its log may be older
-- than the decision.
CREATE FUNCTION vault.destroy_again(the_decision uuid, the_subject uuid, the_ground text, the_classes text[],
    the_cases text[], the_streams text[], the_keys uuid[], the_epoch integer, the_tombstone text, the_extent text)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7310, 36);
  RETURN vault.bury(the_decision, the_subject, the_ground, the_classes, the_cases, the_streams, the_keys, the_epoch,
    the_tombstone, the_extent);
END
$$;
REVOKE ALL ON FUNCTION vault.destroy_again(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.destroy_again(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text)
  TO vault_custodian;

-- What a request left that was refused before anything was written: keys under which nothing is sealed, and the person in
-- the index. Nobody decided to keep it, and it is of no file: after a day it goes, by a standing rule.
CREATE FUNCTION vault.destroy_unused(the_streams text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  PERFORM pg_advisory_xact_lock(7310, 36);
  IF to_regclass('log.events') IS NOT NULL THEN
    IF EXISTS (SELECT FROM log.events e WHERE e.stream = ANY (the_streams)) THEN
      RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'something was written in one of the streams';
    END IF;
  END IF;
  WITH deleted AS (
    DELETE FROM vault.keys k
      WHERE k.stream = ANY (the_streams) AND k.created_at < clock_timestamp() - interval '1 day'
      RETURNING k.key_id
  ) SELECT count(*) INTO gone FROM deleted;
  DELETE FROM vault.person_index p
    WHERE NOT EXISTS (SELECT FROM vault.keys k WHERE k.subject = p.subject)
      AND NOT EXISTS (SELECT FROM police_register.entries e WHERE e.subject = p.subject)
      AND NOT EXISTS (SELECT FROM vault.person_index q
        WHERE q.subject = p.subject AND q.used_at > clock_timestamp() - interval '1 day');
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION vault.destroy_unused(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.destroy_unused(text[]) TO vault_custodian;

-- Says that nothing which stays is wrapped under an epoch before this one. Whoever destroys class keys asks it first.
CREATE FUNCTION vault.retire_epochs(the_epoch integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7310, 36);
  IF the_epoch IS NULL OR the_epoch > (SELECT e.in_force FROM vault.class_key_epoch e)
    OR EXISTS (SELECT FROM vault.keys k WHERE k.epoch < the_epoch)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV009', MESSAGE = 'keys that stay are wrapped under an earlier epoch';
  END IF;
  INSERT INTO vault.retired_epochs (before) VALUES (the_epoch) ON CONFLICT DO NOTHING;
END
$$;
REVOKE ALL ON FUNCTION vault.retire_epochs(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.retire_epochs(integer) TO vault_custodian;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;

-- What stays of an erased person has its own keys, with which it is written on: an inquiry that came after the decision.
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

  IF EXISTS (
    SELECT FROM vault.erasures e WHERE e.subject = subject AND class = ANY (e.classes)
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

-- As before; the index remembers when it was last asked.
CREATE OR REPLACE FUNCTION vault.find_or_create_subject(keyed_hash text, new_subject uuid, older text[] DEFAULT '{}')
  RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  known uuid;
  epoch integer := substring(keyed_hash FROM '^p1(\d+)-')::integer;
BEGIN
  IF keyed_hash IS NULL OR new_subject IS NULL OR epoch IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  IF epoch > (SELECT r.in_force FROM vault.routing_epoch r) THEN
    -- The first of its epoch waits for those that are under way under an earlier one.
    PERFORM pg_advisory_xact_lock(7310, 38);
    UPDATE vault.routing_epoch r SET in_force = epoch WHERE r.in_force < epoch;
  ELSE
    PERFORM pg_advisory_xact_lock_shared(7310, 38);
  END IF;
  IF epoch < (SELECT r.in_force FROM vault.routing_epoch r) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV005', MESSAGE = 'there is a newer epoch of the routing key';
  END IF;
  SELECT p.subject INTO known FROM vault.person_index p
    WHERE p.keyed_hash = ANY (array_prepend(keyed_hash, older))
    ORDER BY (p.keyed_hash = keyed_hash) DESC LIMIT 1;
  INSERT INTO vault.person_index AS p (keyed_hash, subject) VALUES (keyed_hash, coalesce(known, new_subject))
    ON CONFLICT ON CONSTRAINT person_index_pkey DO UPDATE SET used_at = clock_timestamp();
  SELECT p.subject INTO known FROM vault.person_index p WHERE p.keyed_hash = keyed_hash;
  RETURN known;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
