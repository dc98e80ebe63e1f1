-- Agencies that are told something of some cases and write nothing: one schema and two roles per kind, all of one shape.
-- A row is a telling; its envelopes lie beside it. Nothing comes in but by InformationDisclosed.
DO $$
DECLARE
  kind text;
  schema_name text;
BEGIN
  FOREACH kind IN ARRAY ARRAY[
    'person_security', 'probation_service', 'sis', 'population_register', 'social_insurance_agency',
    'employment_service', 'enforcement_authority', 'migration_agency', 'health_care', 'school', 'local_council',
    'region_coordinator', 'ivo'
  ] LOOP
    schema_name := 'told_' || kind;
    PERFORM platform.create_read_model_schema(schema_name);
    PERFORM platform.create_shared_read_models(schema_name);
    EXECUTE format('DROP TABLE %I.inbox_v1', schema_name);
    EXECUTE format($ddl$
      CREATE TABLE %1$I.telling_v1 (
        disclosure_id text PRIMARY KEY,
        case_id text NOT NULL,
        classes text[] NOT NULL,
        purpose text NOT NULL,
        foot text NOT NULL,
        legal_basis text NOT NULL,
        secrecy_at_holder text NOT NULL,
        told_at timestamptz NOT NULL,
        expires_at timestamptz,
        organisation text NOT NULL CHECK (organisation <> ''),
        persons text[] NOT NULL,
        last_position text NOT NULL
      )$ddl$, schema_name);
    EXECUTE format('CREATE INDEX ON %I.telling_v1 (case_id)', schema_name);
    PERFORM platform.guard_read_model(schema_name, 'telling_v1',
      ARRAY['disclosure_id', 'case_id', 'classes', 'purpose', 'foot', 'legal_basis', 'secrecy_at_holder', 'told_at',
        'expires_at'],
      $visible$organisation = current_setting('app.organisation', true)
        AND current_setting('app.person', true) = ANY (persons)$visible$);
  END LOOP;
END
$$;
