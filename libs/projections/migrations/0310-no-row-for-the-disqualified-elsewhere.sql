-- Who is disqualified in a case (FL 16 §) is shown nothing of it, whoever a row names: as 0110, 0126 and 0290 have it at the
-- desk, for alarm plans, at the board that receives and at Police, so at the home board, Skatteverket, the provider and
-- every agency that is told something.
DO $$
DECLARE
  schema_name text;
  the_rows text;
  one record;
BEGIN
  FOR schema_name, the_rows IN
    SELECT n.nspname, CASE n.nspname WHEN 'housing_provider' THEN 'admission_v1' WHEN 'tax_agency' THEN 'protection_v1'
      WHEN 'home_board' THEN 'case_v1' WHEN 'home_protection' THEN 'case_v1' ELSE 'telling_v1' END
    FROM pg_namespace n
    WHERE n.nspname IN ('home_board', 'home_protection', 'housing_provider', 'tax_agency') OR n.nspname LIKE 'told\_%'
  LOOP
    IF to_regclass(format('%I.disqualified_v1', schema_name)) IS NULL THEN
      EXECUTE format($ddl$
        CREATE TABLE %I.disqualified_v1 (
          case_id text NOT NULL,
          person text NOT NULL,
          since timestamptz NOT NULL,
          PRIMARY KEY (case_id, person)
        )$ddl$, schema_name);
      -- A provider is told no id of a case. Whoever declared finds the own one here, and nobody else any.
      PERFORM platform.guard_read_model(schema_name, 'disqualified_v1', ARRAY['case_id'],
        $visible$person = current_setting('app.person', true)$visible$);
    END IF;
    FOR one IN
      SELECT c.relname, pg_get_expr(p.polqual, p.polrelid) AS visible,
        CASE WHEN c.relname <> 'inbox_v1' THEN 'case_id'
          WHEN schema_name = 'housing_provider' THEN NULL
          -- An item begins with the case that it is about.
          ELSE $item$split_part(item, '/', 1)$item$ END AS about
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE p.polname = 'reader' AND c.relnamespace = schema_name::regnamespace
        AND c.relname IN (the_rows, 'sealed_v1', 'inbox_v1')
    LOOP
      EXECUTE format('ALTER POLICY reader ON %I.%I USING ((%s) AND %s)', schema_name, one.relname, one.visible,
        CASE WHEN one.about IS NULL
          -- What waits is shown with its row.
          THEN 'EXISTS (SELECT FROM housing_provider.admission_v1 a WHERE a.proposal_id = inbox_v1.row_key)'
          ELSE format('%s NOT IN (SELECT d.case_id FROM %I.disqualified_v1 d)', one.about, schema_name) END);
    END LOOP;
    IF (SELECT count(*) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE p.polname = 'reader' AND c.relnamespace = schema_name::regnamespace
          AND c.relname IN (the_rows, 'sealed_v1') AND pg_get_expr(p.polqual, p.polrelid) LIKE '%disqualified_v1%') <> 2 THEN
      RAISE EXCEPTION 'rows of % are not as this migration expects them', schema_name;
    END IF;
  END LOOP;
END
$$;
