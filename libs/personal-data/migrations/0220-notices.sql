-- What the case system of a board was told this hour: the beginning of a band, never a count. It is kept so that whoever asks
-- again in the hour gets the same, from every api and after a restart, and cannot see at which moment a band was left.
CREATE TABLE vault.notices (
  organisation text NOT NULL,
  asked_as text NOT NULL,
  hour timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
  -- NULL: from one to four.
  waiting integer CHECK (waiting IN (0, 5, 10, 20, 50, 100)),
  PRIMARY KEY (organisation, asked_as)
);
GRANT SELECT, INSERT, UPDATE ON vault.notices TO vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- No row: it has not been looked at in this hour.
CREATE FUNCTION vault.notice_of_the_hour(organisation text, asked_as text, at timestamptz) RETURNS TABLE (waiting integer)
  LANGUAGE plpgsql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  PERFORM vault.assert_clock(at);
  RETURN QUERY SELECT n.waiting FROM vault.notices n
    WHERE n.organisation = organisation AND n.asked_as = asked_as AND n.hour >= date_trunc('hour', at, 'UTC');
END
$$;

-- Of several who have looked at the same time the first is believed. Gives what stands from now on.
CREATE FUNCTION vault.keep_notice(organisation text, asked_as text, at timestamptz, waiting integer)
  RETURNS TABLE (kept integer)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.notices AS n (organisation, asked_as, hour, waiting)
    VALUES (organisation, asked_as, date_trunc('hour', at, 'UTC'), waiting)
    ON CONFLICT ON CONSTRAINT notices_pkey DO UPDATE SET hour = excluded.hour, waiting = excluded.waiting
      WHERE n.hour < excluded.hour;
  RETURN QUERY SELECT n.waiting FROM vault.notices n WHERE n.organisation = organisation AND n.asked_as = asked_as;
END
$$;

REVOKE ALL ON FUNCTION vault.notice_of_the_hour(text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION vault.keep_notice(text, text, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.notice_of_the_hour(text, text, timestamptz) TO vault_opener;
GRANT EXECUTE ON FUNCTION vault.keep_notice(text, text, timestamptz, integer) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
