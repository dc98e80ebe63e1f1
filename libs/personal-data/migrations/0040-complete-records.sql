-- Every record says on which legal basis, writes too: key_for_write does not know it, so it comes with the statement.

CREATE FUNCTION vault.complete_record() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.legal_basis := coalesce(NEW.legal_basis, nullif(current_setting('vault.legal_basis', true), ''), NEW.foot);
  RETURN NEW;
END
$$;
CREATE TRIGGER complete_record BEFORE INSERT ON vault.reads
  FOR EACH ROW EXECUTE FUNCTION vault.complete_record();

-- key_for_write, with the legal basis for its record. It runs as the caller: the door behind it decides.
CREATE FUNCTION vault.key_for_write_on(
  legal_basis text,
  case_id uuid, subject uuid, stream text, class text, owner text,
  organisation text, person text, purpose text, at timestamptz,
  new_key_id uuid, new_wrapped_key bytea, new_epoch integer,
  agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer)
  LANGUAGE plpgsql SECURITY INVOKER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  PERFORM set_config('vault.legal_basis', coalesce(legal_basis, ''), true);
  RETURN QUERY SELECT k.key_id, k.wrapped_key, k.epoch
    FROM vault.key_for_write(case_id, subject, stream, class, owner, organisation, person, purpose, at,
      new_key_id, new_wrapped_key, new_epoch, agency_kind, unit) AS k;
  PERFORM set_config('vault.legal_basis', '', true);
END
$$;
REVOKE ALL ON FUNCTION vault.key_for_write_on(text, uuid, uuid, text, text, text, text, text, text, timestamptz,
  uuid, bytea, integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.key_for_write_on(text, uuid, uuid, text, text, text, text, text, text, timestamptz,
  uuid, bytea, integer, text, text) TO vault_opener;
