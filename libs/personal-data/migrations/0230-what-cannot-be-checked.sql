-- Whoever looks after the keys does what the vault can check, and no more: one stolen login must not destroy what is needed
-- to find a person in danger. Whether a data key was wrapped anew or overwritten with rubbish, whether an epoch was begun
-- of which the apis can have the keys, and whether a tombstone stands in the file, this database cannot see; nor, where the
-- log is kept elsewhere, what was decided or which streams are empty. That is left to the owner of the database.
REVOKE UPDATE ON vault.keys, vault.class_key_epoch FROM vault_custodian;
REVOKE UPDATE (wrapped_key, epoch) ON vault.keys FROM vault_custodian;
REVOKE UPDATE (in_force, since) ON vault.class_key_epoch FROM vault_custodian;

GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;

REVOKE EXECUTE ON FUNCTION vault.destroy_again(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text)
  FROM vault_custodian;
GRANT EXECUTE ON FUNCTION vault.destroy_again(uuid, uuid, text, text[], text[], text[], uuid[], integer, text, text)
  TO SESSION_USER;

CREATE FUNCTION vault.assert_checked_or_owner() RETURNS void LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  log_is_here boolean := false;
BEGIN
  IF to_regclass('vault.log_is_here') IS NOT NULL THEN
    SELECT l.here INTO log_is_here FROM vault.log_is_here l;
  END IF;
  -- The login, whatever role it has entered.
  IF NOT log_is_here AND NOT pg_has_role(session_user,
      (SELECT c.relowner FROM pg_class c WHERE c.oid = 'vault.keys'::regclass), 'MEMBER')
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV010', MESSAGE = 'the log is not here: the owner of the database alone destroys';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION vault.assert_checked_or_owner() FROM PUBLIC;

DO $$
DECLARE
  door regprocedure;
  as_it_was text;
  waits constant text := 'PERFORM pg_advisory_xact_lock(7310, 36);';
BEGIN
  FOR door IN
    SELECT p.oid::regprocedure FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname IN ('destroy', 'destroy_unused')
  LOOP
    as_it_was := pg_get_functiondef(door);
    IF array_length(string_to_array(as_it_was, waits), 1) IS DISTINCT FROM 2 THEN
      RAISE EXCEPTION 'a door that destroys does not wait for writes as it was thought to';
    END IF;
    EXECUTE replace(as_it_was, waits, waits || ' PERFORM vault.assert_checked_or_owner();');
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;
