-- Who somebody is and at which address are not opened together by one official on standing grants: the second half is
-- refused (RV006) for so many minutes after the first, unless a second person has approved a joint opening. The record
-- is what is asked, in the same statement that writes it: no record, no key. Rescuers in an alarm and a broken glass are
-- exempt, and their readings do not count as a first half.
GRANT SELECT ON vault.passes TO vault_reviewer;

CREATE FUNCTION vault.keep_apart() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.action <> 'READ' OR NEW.class NOT IN ('identity', 'address') OR NEW.foot IN ('RESCUE', 'GLASS') THEN
    RETURN NEW;
  END IF;
  -- Both halves at the same moment: one of them waits and sees the other.
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.person || NEW.subject::text, 43));
  IF EXISTS (
    SELECT FROM vault.reads r
    WHERE r.person = NEW.person AND r.subject = NEW.subject AND r.action = 'READ'
      AND r.class = CASE NEW.class WHEN 'identity' THEN 'address' ELSE 'identity' END
      AND r.foot NOT IN ('RESCUE', 'GLASS') AND r.at > NEW.at - interval '15 minutes'
  ) AND NOT EXISTS (
    SELECT FROM vault.passes p
    WHERE p.kind = 'JOINT' AND p.person = NEW.person AND p.organisation = NEW.organisation AND p.subject = NEW.subject
      AND p.case_id = NEW.case_id AND p.valid_from <= NEW.at AND p.expires_at > NEW.at
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV006', MESSAGE = 'the other half was opened a moment ago';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_apart BEFORE INSERT ON vault.reads FOR EACH ROW EXECUTE FUNCTION vault.keep_apart();
REVOKE ALL ON FUNCTION vault.keep_apart() FROM PUBLIC;
-- Given away last: from here on the function has the reviewer's rights, to look at records and passes.
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
ALTER FUNCTION vault.keep_apart() OWNER TO vault_reviewer;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
