-- In which case to look for a candidate or a proposal is known as soon as anybody is shown one: where the look-up table is
-- behind or its sequence is parked, the row that is shown says it. Else a list of such rows could not be recorded, so that it
-- was not shown (503), and what stood in it was not there when it was asked for (404).
DO $$
DECLARE
  schema_name text;
  table_name text;
  key text;
BEGIN
  FOR schema_name, table_name, key IN
    VALUES ('coordinator', 'candidate_v1', 'candidate_id'), ('coordinator', 'proposal_v1', 'proposal_id'),
      ('receiving_board', 'proposal_v1', 'proposal_id'), ('housing_provider', 'admission_v1', 'proposal_id'),
      ('police', 'referral_v1', 'candidate_id'), ('police', 'placement_v1', 'proposal_id'),
      ('home_board', 'alarm_v1', 'proposal_id')
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO read_directory', schema_name);
    EXECUTE format('GRANT SELECT (%I, case_id) ON %I.%I TO read_directory', key, schema_name, table_name);
    EXECUTE format('CREATE POLICY look_up ON %I.%I FOR SELECT TO read_directory USING (true)', schema_name, table_name);
  END LOOP;
END
$$;
