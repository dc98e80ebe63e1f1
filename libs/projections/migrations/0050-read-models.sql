-- What every read model has in common. One schema and two roles per agency kind: project_<schema> writes,
-- read_<schema> only reads, and sees only the rows of its organisation and, where persons are named, of its person.
-- Both come from settings of the transaction; where one is missing there is no row.

CREATE FUNCTION platform.create_read_model_schema(schema_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  writer text := 'project_' || schema_name;
  reader text := 'read_' || schema_name;
BEGIN
  PERFORM platform.ensure_role(writer);
  PERFORM platform.ensure_role(reader);
  EXECUTE format('CREATE SCHEMA %I', schema_name);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, %I', schema_name, writer, reader);
  -- Rows and checkpoint are one transaction of one role, so the checkpoint lies beside them.
  EXECUTE format($ddl$
    CREATE TABLE %1$I.checkpoints (
      subscription text PRIMARY KEY,
      epoch text NOT NULL,
      position text NOT NULL,
      fence bigint NOT NULL
    )$ddl$, schema_name);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.checkpoints TO %I', schema_name, writer);
  EXECUTE format('GRANT SELECT ON %I.checkpoints TO %I', schema_name, reader);
END
$$;
REVOKE ALL ON FUNCTION platform.create_read_model_schema(text) FROM PUBLIC;

-- Closes a table: row-level security that holds for its owner too; the writer may do everything, the reader may see the
-- listed columns of the rows for which `visible` holds. Columns that are not listed serve the projection alone.
CREATE FUNCTION platform.guard_read_model(schema_name text, table_name text, readable text[], visible text)
  RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  writer text := 'project_' || schema_name;
  reader text := 'read_' || schema_name;
  columns text := (SELECT string_agg(format('%I', name), ', ') FROM unnest(readable) AS name);
BEGIN
  EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', schema_name, table_name);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', schema_name, table_name, writer);
  EXECUTE format('CREATE POLICY projector ON %I.%I TO %I USING (true) WITH CHECK (true)',
    schema_name, table_name, writer);
  IF columns IS NOT NULL THEN
    EXECUTE format('GRANT SELECT (%s) ON %I.%I TO %I', columns, schema_name, table_name, reader);
    EXECUTE format('CREATE POLICY reader ON %I.%I FOR SELECT TO %I USING (%s)',
      schema_name, table_name, reader, visible);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.guard_read_model(text, text, text[], text) FROM PUBLIC;

-- The two tables that every agency kind has.
CREATE FUNCTION platform.create_shared_read_models(schema_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  named text := $visible$organisation = current_setting('app.organisation', true)
    AND current_setting('app.person', true) = ANY (persons)$visible$;
BEGIN
  -- Sealed content, verbatim: what the agency wrote itself, and what was disclosed to it. `row_key` says to which row
  -- of the other tables it belongs. Nothing here can be opened without a grant in the vault.
  EXECUTE format($ddl$
    CREATE TABLE %1$I.sealed_v1 (
      -- 'own', or the disclosure by which it came.
      source text NOT NULL,
      event text NOT NULL,
      path text NOT NULL,
      row_key text NOT NULL,
      case_id text NOT NULL,
      organisation text NOT NULL CHECK (organisation <> ''),
      persons text[] NOT NULL,
      class text NOT NULL,
      envelope jsonb NOT NULL,
      foot text NOT NULL,
      purpose text NOT NULL,
      legal_basis text NOT NULL,
      expires_at timestamptz,
      occurred_at timestamptz NOT NULL,
      position text NOT NULL,
      PRIMARY KEY (source, event, path)
    )$ddl$, schema_name);
  EXECUTE format('CREATE INDEX ON %I.sealed_v1 (row_key)', schema_name);
  EXECUTE format('CREATE INDEX ON %I.sealed_v1 (case_id)', schema_name);
  PERFORM platform.guard_read_model(schema_name, 'sealed_v1',
    ARRAY['source', 'event', 'path', 'row_key', 'case_id', 'class', 'envelope', 'foot', 'purpose', 'legal_basis',
      'expires_at', 'occurred_at'], named);

  -- What waits, until when, and what may be done about it now.
  EXECUTE format($ddl$
    CREATE TABLE %1$I.inbox_v1 (
      item text PRIMARY KEY,
      row_key text NOT NULL,
      kind text NOT NULL,
      due_at timestamptz,
      actions text[] NOT NULL,
      organisation text NOT NULL CHECK (organisation <> ''),
      persons text[] NOT NULL
    )$ddl$, schema_name);
  EXECUTE format('CREATE INDEX ON %I.inbox_v1 (row_key)', schema_name);
  EXECUTE format('CREATE INDEX ON %I.inbox_v1 (organisation, due_at, item)', schema_name);
  PERFORM platform.guard_read_model(schema_name, 'inbox_v1',
    ARRAY['item', 'row_key', 'kind', 'due_at', 'actions'], named);
END
$$;
REVOKE ALL ON FUNCTION platform.create_shared_read_models(text) FROM PUBLIC;
