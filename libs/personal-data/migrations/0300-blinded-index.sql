-- Rows of the index of persons and of Police's register no longer hold a keyed hash as it is: it lies in the write-ahead log
-- beside a person for as long as that is archived, and the routing key that made it is never destroyed. They hold it encrypted,
-- always to the same text, under a key that comes from the class keys (blinds.ts) and dies with their epoch at an erasure.
-- All rows are under one epoch; a rotation moves them all in one transaction. SQLSTATE RV005: see 0036.

CREATE TABLE vault.blind_epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- NULL before the first row; 0 while rows are there from before, which hold the hash as it is.
  in_force integer
);
INSERT INTO vault.blind_epoch (in_force)
  SELECT CASE WHEN EXISTS (SELECT FROM vault.person_index) OR EXISTS (SELECT FROM police_register.entries)
    OR EXISTS (SELECT FROM police_register.presence) THEN 0 END;
CREATE TRIGGER goes_forward BEFORE UPDATE OR DELETE ON vault.blind_epoch
  FOR EACH ROW EXECUTE FUNCTION vault.epoch_goes_forward();
GRANT SELECT, UPDATE ON vault.blind_epoch TO vault_keeper;
GRANT SELECT ON vault.blind_epoch TO vault_destroyer, vault_custodian;

-- Whatever door it comes through, no row is taken that is under another epoch: it would never be found, and a conflict that
-- is not found is answered CLEAR.
CREATE FUNCTION vault.assert_blinded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7310, 39);
  IF (SELECT b.in_force FROM vault.blind_epoch b) IS DISTINCT FROM
    coalesce(substring(to_jsonb(NEW) ->> TG_ARGV[0] FROM '^[pt]1\d+-b1(\d+)\.')::integer, 0)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV005', MESSAGE = 'it is not under the epoch of the others';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION vault.assert_blinded() FROM PUBLIC;
CREATE TRIGGER blinded BEFORE INSERT OR UPDATE OF keyed_hash ON vault.person_index
  FOR EACH ROW EXECUTE FUNCTION vault.assert_blinded('keyed_hash');
CREATE TRIGGER blinded BEFORE INSERT OR UPDATE OF token ON police_register.entries
  FOR EACH ROW EXECUTE FUNCTION vault.assert_blinded('token');
CREATE TRIGGER blinded BEFORE INSERT OR UPDATE OF conflict ON police_register.presence
  FOR EACH ROW EXECUTE FUNCTION vault.assert_blinded('conflict');

GRANT USAGE ON SCHEMA vault TO police_registrar;
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- Which of these epochs the rows are under, until the end of the transaction. The first row of all is under the lowest of
-- them, which no api lacks.
CREATE FUNCTION vault.hold_blinds(epochs integer[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  the_epoch integer;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7310, 39);
  SELECT b.in_force INTO the_epoch FROM vault.blind_epoch b;
  IF the_epoch IS NULL THEN
    UPDATE vault.blind_epoch b SET in_force = (SELECT min(e) FROM unnest(epochs) AS e WHERE e > 0)
      WHERE b.in_force IS NULL;
    SELECT b.in_force INTO the_epoch FROM vault.blind_epoch b;
  END IF;
  IF the_epoch IS NULL OR NOT coalesce(the_epoch = ANY (epochs), false) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV005', MESSAGE = 'the rows are under another epoch of the class keys';
  END IF;
  RETURN the_epoch;
END
$$;
REVOKE ALL ON FUNCTION vault.hold_blinds(integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.hold_blinds(integer[]) TO police_registrar;

-- The door of before, behind one that takes what the hashes are under each epoch that the caller has: {"<epoch>": [newest
-- epoch of the routing key first]}.
CREATE FUNCTION vault.find_or_create_subject_of(blinded jsonb, new_subject uuid) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  the_epoch integer;
  hashes text[];
BEGIN
  IF blinded IS NULL OR new_subject IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  the_epoch := vault.hold_blinds(ARRAY(SELECT jsonb_object_keys(blinded)::integer));
  hashes := ARRAY(SELECT jsonb_array_elements_text(blinded -> the_epoch::text));
  RETURN vault.find_or_create_subject(hashes[1], new_subject, hashes[2:]);
END
$$;
REVOKE ALL ON FUNCTION vault.find_or_create_subject_of(jsonb, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.find_or_create_subject_of(jsonb, uuid) TO vault_opener;
REVOKE EXECUTE ON FUNCTION vault.find_or_create_subject(text, uuid, text[]) FROM vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;
DO $$
DECLARE
  door regprocedure;
  as_it_was text;
  was text;
  becomes text;
BEGIN
  FOR door, was, becomes IN
    SELECT p.oid, w.was, w.becomes FROM (VALUES
      -- What was destroyed was under no epoch beyond these: neither a wrapped key nor a row of the index, nor the page of a
      -- rotation that was never committed and lies in the write-ahead log all the same.
      ('bury', 'greatest(the_epoch, highest)',
        'greatest(the_epoch, highest, (SELECT e.in_force FROM vault.class_key_epoch e), (SELECT b.in_force FROM vault.blind_epoch b))'),
      ('retire_epochs', 'OR EXISTS (SELECT FROM vault.keys k WHERE k.epoch < the_epoch)',
        'OR EXISTS (SELECT FROM vault.keys k WHERE k.epoch < the_epoch)
    OR coalesce((SELECT b.in_force FROM vault.blind_epoch b), 0) < the_epoch')
    ) AS w (name, was, becomes)
    JOIN pg_proc p ON p.pronamespace = 'vault'::regnamespace AND p.proname = w.name
  LOOP
    as_it_was := pg_get_functiondef(door);
    IF array_length(string_to_array(as_it_was, was), 1) IS DISTINCT FROM 2 THEN
      RAISE EXCEPTION 'the door % is not as it was thought to be', door;
    END IF;
    EXECUTE replace(as_it_was, was, becomes);
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;
