-- A refusal says as much as a read: under which function somebody asked, for which purpose and on which basis the route is, of
-- whom the thing is, as far as it is known when it is refused. `asked` is the id as it was asked for, be there such a thing
-- or not. Case and person are for the vault alone: no reviewer of an agency is shown them, for the case may be none of
-- theirs to know.
ALTER TABLE vault.refusals ADD COLUMN agency_kind text;
ALTER TABLE vault.refusals ADD COLUMN unit text;
ALTER TABLE vault.refusals ADD COLUMN asked uuid;
ALTER TABLE vault.refusals ADD COLUMN subject uuid;
ALTER TABLE vault.refusals ADD COLUMN purpose text;
ALTER TABLE vault.refusals ADD COLUMN legal_basis text;
COMMENT ON COLUMN vault.refusals.asked IS 'the id of case, proposal, candidate, inquiry or request as it was asked for';

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

DROP FUNCTION vault.record_refusal(timestamptz, text, text, text, text, uuid);
-- The person is known from the file where the guard has read it, else from the grants of what was asked for: one look into
-- an index, whether there is such a thing or not.
CREATE FUNCTION vault.record_refusal(
  at timestamptz, actor text, organisation text, agency_kind text, unit text, route text, reason text, asked uuid,
  case_id uuid, subject uuid, purpose text, legal_basis text
) RETURNS void
  LANGUAGE sql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO vault.refusals (at, actor, organisation, agency_kind, unit, route, reason, asked, case_id, subject, purpose,
      legal_basis)
    VALUES (at, actor, organisation, agency_kind, unit, route, reason, asked, case_id, coalesce(subject,
        (SELECT g.subject FROM vault.grants g WHERE g.case_id = coalesce(record_refusal.case_id, asked) LIMIT 1)),
      purpose, legal_basis);
$$;
REVOKE ALL ON FUNCTION vault.record_refusal(timestamptz, text, text, text, text, text, text, uuid, uuid, uuid, text, text)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_refusal(timestamptz, text, text, text, text, text, text, uuid, uuid, uuid, text,
  text) TO vault_opener;

-- What the doors refuse themselves they record with what they were told. Each stays as it was but for that record.
DO $$
DECLARE
  door regprocedure;
  name text;
  as_it_was text;
  as_it_is text;
  told constant text := 'INSERT INTO vault.refusals (subject, agency_kind, unit, purpose, at,';
BEGIN
  FOR door, name IN
    SELECT p.oid::regprocedure, p.proname FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace
      AND p.proname IN ('open', 'open_by_pass', 'open_glass_note', 'key_for_write')
  LOOP
    as_it_was := pg_get_functiondef(door);
    as_it_is := replace(replace(as_it_was, 'INSERT INTO vault.refusals (at,', told), 'VALUES (at, person, organisation, ',
      -- A pass that does not hold names no purpose.
      format('VALUES (subject, agency_kind, unit, %s, at, person, organisation, ',
        CASE name WHEN 'open_by_pass' THEN 'NULL' ELSE 'purpose' END));
    IF as_it_is = as_it_was OR position('refusals (at,' IN as_it_is) > 0
      OR array_length(string_to_array(as_it_is, told), 1)
        <> array_length(string_to_array(as_it_is, 'VALUES (subject, agency_kind, unit, '), 1)
    THEN
      RAISE EXCEPTION 'a door does not record its refusals as it was thought to';
    END IF;
    EXECUTE as_it_is;
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

-- As before, with the function, the purpose and what was asked for: the same reference for the same id, and of a case that
-- is there no other than of one that is not.
CREATE OR REPLACE FUNCTION vault.records_for_review(kinds text[], records bigint[])
  RETURNS TABLE (n bigint, action text, at timestamptz, person text, unit text, case_id uuid, subject uuid, class text,
    purpose text, foot text, legal_basis text, reason text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT q.n, r.action, r.at, r.person, r.unit, r.case_id, r.subject, r.class, r.purpose, r.foot, r.legal_basis, NULL
  FROM unnest(kinds, records) WITH ORDINALITY AS q (kind, record, n) JOIN vault.reads r ON r.read_id = q.record
  WHERE q.kind = 'READS' AND r.organisation = current_setting('app.organisation', true)
    AND r.person <> current_setting('app.person', true)
  UNION ALL
  SELECT q.n, 'REFUSED', f.at, f.actor, f.unit, f.asked, NULL, f.class, f.purpose, NULL, f.legal_basis, f.reason
  FROM unnest(kinds, records) WITH ORDINALITY AS q (kind, record, n) JOIN vault.refusals f ON f.refusal_id = q.record
  WHERE q.kind = 'REFUSALS' AND f.actor IS DISTINCT FROM current_setting('app.person', true)
    AND coalesce(f.organisation, (SELECT o.organisation FROM vault.nobodys_reviewer o))
      = current_setting('app.organisation', true)
$$;

-- As before; a token that could not be looked at, because the issuer was away, is no bad one.
CREATE OR REPLACE FUNCTION vault.nameless_refusals(since timestamptz, until timestamptz, too_many integer)
  RETURNS TABLE (record bigint, at timestamptz)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.refusal_id, n.at FROM (
    SELECT f.refusal_id, f.at, row_number() OVER (PARTITION BY date_trunc('hour', f.at, 'UTC') ORDER BY f.refusal_id) AS nth
    FROM vault.refusals f
    WHERE f.at >= date_trunc('hour', since, 'UTC') AND f.at < until AND f.actor IS NULL
      AND f.reason <> 'ISSUER_UNREACHABLE'
  ) AS n
  WHERE n.nth = too_many
  ORDER BY n.refusal_id
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
