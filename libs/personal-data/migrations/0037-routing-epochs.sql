-- The routing key gets a new epoch every year. A person who came under the new one must not be made a second person by
-- an api that has not heard of it: from the first hash of a new epoch on, earlier ones are refused (RV005), and whoever
-- asked reads the keys again.
CREATE TABLE vault.routing_epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  in_force integer NOT NULL
);
INSERT INTO vault.routing_epoch (in_force)
  SELECT coalesce(max(substring(keyed_hash FROM '^p1(\d+)-')::integer), 0) FROM vault.person_index;
GRANT SELECT, UPDATE ON vault.routing_epoch TO vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
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
    ON CONFLICT ON CONSTRAINT person_index_pkey DO NOTHING;
  SELECT p.subject INTO known FROM vault.person_index p WHERE p.keyed_hash = keyed_hash;
  RETURN known;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
