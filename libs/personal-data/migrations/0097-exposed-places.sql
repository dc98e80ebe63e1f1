-- An address that somebody knows who must not: from the report until the departure is confirmed it is read with the alarm
-- plan alone. The log says so (LocationCompromised on disclosure-<case>, so that grants which lag behind open nothing
-- either); here the grants projection writes it down, and a trigger on the record asks: no door can forget it.
-- SQLSTATE RV007: the answer is that of an unknown thing, since who is told "frozen" may be the one who leaked it.
CREATE TABLE vault.frozen (
  -- Where the address was written: placement-<proposal>.
  stream text PRIMARY KEY,
  case_id uuid NOT NULL,
  since timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX ON vault.frozen (case_id);
CREATE TRIGGER lock_case BEFORE INSERT OR UPDATE OR DELETE ON vault.frozen
  FOR EACH ROW EXECUTE FUNCTION vault.lock_case_of_grant();
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.frozen TO project_vault;
GRANT SELECT ON vault.frozen, vault.grants TO vault_reviewer;

CREATE FUNCTION vault.keep_frozen() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.action <> 'READ' OR NEW.class <> 'address' OR NEW.foot = 'RESCUE' THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM vault.frozen f WHERE f.stream = NEW.stream AND f.ended_at IS NULL)
    -- Who has the alarm plan may break a glass as well: nothing keeps rescuers from a person in danger.
    AND NOT (NEW.foot = 'GLASS' AND EXISTS (
      SELECT FROM vault.grants g
      WHERE g.foot = 'RESCUE' AND g.case_id = NEW.case_id AND g.stream = NEW.stream AND g.class = NEW.class
        AND g.person = NEW.person AND g.organisation = NEW.organisation AND g.ended_at IS NULL
    ))
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV007', MESSAGE = 'the address is frozen';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_frozen BEFORE INSERT ON vault.reads FOR EACH ROW EXECUTE FUNCTION vault.keep_frozen();
REVOKE ALL ON FUNCTION vault.keep_frozen() FROM PUBLIC;
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
ALTER FUNCTION vault.keep_frozen() OWNER TO vault_reviewer;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
