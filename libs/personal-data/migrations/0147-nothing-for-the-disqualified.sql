-- Who is disqualified in a case (FL 16 §) opens nothing of it, by whatever door: a grant of his own ends, but what is open to
-- whoever holds a function (the alarm plan to who stands by) names nobody, and a pass that was entered before stays what it
-- is. So the grants projection writes down who it is, and a trigger on the record asks: no door can forget it. SQLSTATE RV008,
-- answered as for an unknown thing. A look at a case (VIEW) is the policy's to refuse.
CREATE TABLE vault.disqualified (
  case_id uuid NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (case_id, person)
);
CREATE TRIGGER lock_case BEFORE INSERT OR UPDATE OR DELETE ON vault.disqualified
  FOR EACH ROW EXECUTE FUNCTION vault.lock_case_of_grant();
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.disqualified TO project_vault;
GRANT SELECT ON vault.disqualified TO vault_reviewer;

CREATE FUNCTION vault.keep_out_disqualified() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.action <> 'VIEW'
    AND EXISTS (SELECT FROM vault.disqualified d WHERE d.case_id = NEW.case_id AND d.person = NEW.person)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV008', MESSAGE = 'this person is disqualified in the case';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_out_disqualified BEFORE INSERT ON vault.reads
  FOR EACH ROW EXECUTE FUNCTION vault.keep_out_disqualified();
REVOKE ALL ON FUNCTION vault.keep_out_disqualified() FROM PUBLIC;
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
ALTER FUNCTION vault.keep_out_disqualified() OWNER TO vault_reviewer;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
