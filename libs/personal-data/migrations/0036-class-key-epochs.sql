-- Class keys change without a rewriting of events: an event holds ciphertext under a data key, and only the wrapping of
-- data keys in vault.keys is made anew. SQLSTATE RV005: the key was wrapped under an epoch that is no longer in force.

-- Whoever looks after the keys: re-wraps and destroys them, and sees no record and no grant. No program may be this.
SELECT platform.ensure_role('vault_custodian');

-- No new key is taken that is wrapped under an earlier epoch than this one: a program that has not heard of the new one
-- would otherwise write what nobody can open once the old one is destroyed.
CREATE TABLE vault.class_key_epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  in_force integer NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO vault.class_key_epoch (in_force) SELECT coalesce(max(epoch), 0) FROM vault.keys;
CREATE INDEX keys_by_epoch ON vault.keys (epoch);

CREATE FUNCTION vault.epoch_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.in_force < OLD.in_force THEN
    RAISE EXCEPTION USING ERRCODE = 'RV004', MESSAGE = 'the epoch in force does not go back';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER goes_forward BEFORE UPDATE OR DELETE ON vault.class_key_epoch
  FOR EACH ROW EXECUTE FUNCTION vault.epoch_goes_forward();

GRANT USAGE ON SCHEMA vault TO vault_custodian;
GRANT SELECT, DELETE, UPDATE (wrapped_key, epoch) ON vault.keys TO vault_custodian;
GRANT SELECT, UPDATE (in_force, since) ON vault.class_key_epoch TO vault_custodian;
GRANT SELECT ON vault.class_key_epoch TO vault_keeper;

-- The door for writing looks at the epoch; nothing else in it has changed. Replaced as its owner, the keeper.
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
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
