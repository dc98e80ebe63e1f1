-- The last public keys that the issuer of tokens published: an api that starts while the issuer is away looks at tokens with
-- these, for as long as one that ran before it. No secret is in it. But whoever could put a key in here could say who anybody
-- is: so what is kept is authenticated under the key file, and what has been changed here is no key.
CREATE TABLE vault.issuer_keys (
  issuer text PRIMARY KEY,
  sealed text NOT NULL CHECK (length(sealed) <= 400000)
);
GRANT SELECT, INSERT, UPDATE ON vault.issuer_keys TO vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

CREATE FUNCTION vault.keep_issuer_keys(issuer text, sealed text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  INSERT INTO vault.issuer_keys AS k (issuer, sealed) VALUES (issuer, sealed)
    ON CONFLICT ON CONSTRAINT issuer_keys_pkey DO UPDATE SET sealed = excluded.sealed;
END
$$;

CREATE FUNCTION vault.issuer_keys_of(issuer text) RETURNS TABLE (sealed text)
  LANGUAGE plpgsql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  RETURN QUERY SELECT k.sealed FROM vault.issuer_keys k WHERE k.issuer = issuer;
END
$$;

REVOKE ALL ON FUNCTION vault.keep_issuer_keys(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.issuer_keys_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.keep_issuer_keys(text, text) TO vault_opener;
GRANT EXECUTE ON FUNCTION vault.issuer_keys_of(text) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
