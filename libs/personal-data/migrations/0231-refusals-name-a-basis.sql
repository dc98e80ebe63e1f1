-- What the doors refuse themselves bears the legal basis that was claimed, as what the routes refuse does. Whoever asks for a
-- grant or a pass claims none beside it: it would have been the basis, and is not there. NONE says so.
ALTER TABLE vault.refusals ALTER COLUMN legal_basis SET DEFAULT 'NONE';

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
DO $$
DECLARE
  door regprocedure;
  name text;
  as_it_was text;
  as_it_is text;
  told constant text := 'INSERT INTO vault.refusals (subject,';
  values_of constant text := 'VALUES (subject,';
BEGIN
  FOR door, name IN
    SELECT p.oid::regprocedure, p.proname FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace AND p.proname IN ('key_for_write', 'open_glass_note')
  LOOP
    as_it_was := pg_get_functiondef(door);
    as_it_is := replace(replace(as_it_was, told, 'INSERT INTO vault.refusals (legal_basis, subject,'), values_of,
      format('VALUES (%s, subject,', CASE name
        -- As key_for_write_on was told it.
        WHEN 'key_for_write' THEN $basis$coalesce(nullif(current_setting('vault.legal_basis', true), ''), 'NONE')$basis$
        ELSE 'legal_basis' END));
    IF as_it_is = as_it_was
      OR array_length(string_to_array(as_it_was, told), 1) <> array_length(string_to_array(as_it_was, values_of), 1)
    THEN
      RAISE EXCEPTION 'a door does not record its refusals as it was thought to';
    END IF;
    EXECUTE as_it_is;
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
