-- Who stands by to fetch a person is let in on an old login, or a token that has run out, while nobody can log in. That stands
-- among the refusals, since it would have been one: it is no attempt, and counts towards none, and it is looked at by itself.
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

DO $$
DECLARE
  as_it_was constant text := pg_get_functiondef('vault.refusals_between(timestamptz, timestamptz)'::regprocedure);
  as_it_is constant text := replace(as_it_was, 'AND f.actor IS NOT NULL',
    'AND f.actor IS NOT NULL AND f.reason <> ''LOGIN_NOT_RENEWED''');
BEGIN
  IF as_it_is = as_it_was THEN
    RAISE EXCEPTION 'refusals are not looked through as they were thought to be';
  END IF;
  EXECUTE as_it_is;
END
$$;

CREATE FUNCTION vault.old_logins_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text, agency_kind text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (f.actor, f.organisation, date_trunc('day', f.at, 'Europe/Stockholm'))
    f.refusal_id, f.at, f.actor, f.organisation, f.agency_kind
  FROM vault.refusals f
  WHERE f.at >= date_trunc('day', since, 'Europe/Stockholm') AND f.at < until AND f.reason = 'LOGIN_NOT_RENEWED'
    AND f.actor IS NOT NULL AND f.organisation IS NOT NULL AND f.agency_kind IS NOT NULL
  ORDER BY f.actor, f.organisation, date_trunc('day', f.at, 'Europe/Stockholm'), f.refusal_id
$$;
REVOKE ALL ON FUNCTION vault.old_logins_between(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.old_logins_between(timestamptz, timestamptz) TO project_log_review;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
