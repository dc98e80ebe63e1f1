-- Erasure: what was destroyed, and the doors that keep it so. SQLSTATE RV005: see 0036.

-- One row for each decision that was carried out. The tombstones themselves lie in a file apart from the database, since
-- a backup of the database does not know what was destroyed after it.
CREATE TABLE vault.erasures (
  decision_id uuid PRIMARY KEY,
  subject uuid NOT NULL,
  ground text NOT NULL CHECK (ground IN ('RETENTION', 'ASSUMED_IDENTITY')),
  classes text[] NOT NULL,
  cases text[] NOT NULL,
  destroyed_keys integer NOT NULL,
  -- SHA-256 of its line among the tombstones.
  tombstone text NOT NULL,
  carried_out_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX erasures_by_subject ON vault.erasures (subject);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.erasures
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();

GRANT SELECT, INSERT ON vault.erasures TO vault_custodian;
GRANT SELECT, DELETE ON vault.person_index, vault.grants TO vault_custodian;
GRANT USAGE ON SCHEMA police_register TO vault_custodian;
GRANT SELECT, DELETE ON police_register.entries TO vault_custodian;
GRANT SELECT ON vault.erasures TO vault_keeper;

-- Who made a key may write with it again, before the grants have followed.
ALTER TABLE vault.keys ADD COLUMN created_by_person text;

-- Where the log is in this database, its own head counts, whatever the caller says that it has seen.
DO $$
BEGIN
  IF to_regclass('log.events') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA log TO vault_keeper;
    -- Which streams there are and how far they go; not what they say.
    GRANT SELECT (stream, revision) ON log.events TO vault_keeper;
  END IF;
END
$$;

-- Doors are replaced as their owner, the keeper.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

CREATE OR REPLACE FUNCTION vault.grants_ready(the_case uuid, wanted_revision bigint) RETURNS boolean LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted bigint := wanted_revision;
BEGIN
  IF EXISTS (
    SELECT FROM subs.parked p WHERE p.subscription LIKE 'grants%' AND p.sequence = the_case::text
  ) THEN
    RETURN false;
  END IF;
  -- A caller who says -1, or what was true a while ago, does not get past a withdrawal. A log that is kept elsewhere has
  -- no such stream here: there the caller is believed, who has just read it.
  IF to_regclass('log.events') IS NOT NULL THEN
    wanted := greatest(wanted,
      (SELECT max(e.revision) FROM log.events e WHERE e.stream = 'disclosure-' || the_case::text));
  END IF;
  RETURN wanted < 0
    OR EXISTS (
      SELECT FROM vault.grants_progress g WHERE g.case_id = the_case AND g.disclosure_revision >= wanted
    );
END
$$;

-- Beside the epoch (RV005): a key that exists is given to the one who made it and to who may open it, and no longer to
-- everybody of the organisation that owns it; and nobody makes a key for what was erased.
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
        ));
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
