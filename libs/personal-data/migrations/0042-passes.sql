-- Openings that no standing grant carries, for minutes: a broken glass (one official alone, at once) and a joint opening
-- of who and where (asked for by one official, approved by another). A pass is written by the command that lets somebody
-- in, so it holds whether or not the worker is awake; the event says the same, and who reads with a pass is asked for both.

CREATE TABLE vault.passes (
  pass_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('GLASS', 'JOINT')),
  case_id uuid NOT NULL,
  subject uuid NOT NULL,
  organisation text NOT NULL,
  person text NOT NULL,
  classes text[] NOT NULL CHECK (cardinality(classes) > 0),
  purpose text NOT NULL,
  legal_basis text NOT NULL,
  valid_from timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- The record of this act: a pass is on record before anything is read with it.
  read_id bigint NOT NULL
);
CREATE INDEX passes_by_person ON vault.passes (person, subject, expires_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.passes
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();

-- What no pass ever opens, whatever a rule of the day says: sources and adversaries, other persons' data, care, crime.
CREATE TABLE vault.never_by_pass (
  class text PRIMARY KEY
);
INSERT INTO vault.never_by_pass (class) VALUES
  ('threat-detail'), ('family'), ('health'), ('social'), ('offence'), ('cost');

ALTER TABLE vault.reads DROP CONSTRAINT reads_action_check;
ALTER TABLE vault.reads ADD CONSTRAINT reads_action_check
  CHECK (action IN ('READ', 'WRITE', 'NAME', 'GLASS', 'JOINT'));

GRANT SELECT, INSERT ON vault.passes TO vault_keeper;
GRANT SELECT ON vault.never_by_pass TO vault_keeper;
GRANT SELECT (read_id) ON vault.reads TO vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- Lets one person in, once, and gives the number of the record of it. Minutes are bounded here, too.
CREATE FUNCTION vault.enter_pass(
  pass_id uuid, kind text, case_id uuid, subject uuid, classes text[], organisation text, person text, purpose text,
  legal_basis text, at timestamptz, minutes integer, agency_kind text, unit text
) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  known bigint;
BEGIN
  IF pass_id IS NULL OR kind IS NULL OR case_id IS NULL OR subject IS NULL OR classes IS NULL OR organisation IS NULL
    OR person IS NULL OR purpose IS NULL OR legal_basis IS NULL OR at IS NULL OR minutes IS NULL
    OR minutes NOT BETWEEN 1 AND (CASE kind WHEN 'GLASS' THEN 60 ELSE 15 END)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  PERFORM pg_advisory_xact_lock(hashtextextended(pass_id::text, 42));
  SELECT p.read_id INTO known FROM vault.passes p WHERE p.pass_id = pass_id;
  IF FOUND THEN
    RETURN known;
  END IF;
  IF EXISTS (SELECT FROM vault.never_by_pass n WHERE n.class = ANY (classes)) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'no pass opens this';
  END IF;
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class, purpose, foot,
      legal_basis, source_ref)
    VALUES (at, kind, person, organisation, agency_kind, unit, case_id, subject, classes[1], purpose, kind, legal_basis,
      pass_id::text)
    RETURNING read_id INTO known;
  INSERT INTO vault.passes (pass_id, kind, case_id, subject, organisation, person, classes, purpose, legal_basis,
      valid_from, expires_at, read_id)
    VALUES (pass_id, kind, case_id, subject, organisation, person, classes, purpose, legal_basis, at,
      at + make_interval(mins => minutes), known);
  RETURN known;
END
$$;

-- As vault.open, with a pass in the place of a grant. Neither a sleeping worker nor a parked case shuts it.
CREATE FUNCTION vault.open_by_pass(
  pass_id uuid, case_id uuid, subject uuid, stream text, class text, owner text, organisation text, person text,
  at timestamptz, agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer, foot text, legal_basis text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  pass vault.passes;
  the_key vault.keys;
BEGIN
  IF pass_id IS NULL OR case_id IS NULL OR subject IS NULL OR stream IS NULL OR class IS NULL OR owner IS NULL
    OR organisation IS NULL OR person IS NULL OR at IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  SELECT p.* INTO pass FROM vault.passes p
    WHERE p.pass_id = pass_id AND p.case_id = case_id AND p.subject = subject AND p.organisation = organisation
      AND p.person = person AND class = ANY (p.classes) AND p.valid_from <= at AND p.expires_at > at;
  IF NOT FOUND OR EXISTS (SELECT FROM vault.never_by_pass n WHERE n.class = class) THEN
    INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
      VALUES (at, person, organisation, 'vault.open_by_pass', 'NO_PASS', case_id, class);
    RETURN;
  END IF;
  SELECT k.* INTO the_key FROM vault.keys k
    WHERE k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner;
  IF NOT FOUND THEN
    INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
      VALUES (at, person, organisation, 'vault.open_by_pass', 'NO_KEY', case_id, class);
    RETURN;
  END IF;
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, foot, legal_basis, source_ref, key_id)
    VALUES (at, 'READ', person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      pass.purpose, pass.kind, pass.legal_basis, pass_id::text, the_key.key_id);
  RETURN QUERY SELECT the_key.key_id, the_key.wrapped_key, the_key.epoch, pass.kind, pass.legal_basis;
END
$$;

REVOKE ALL ON FUNCTION vault.enter_pass(uuid, text, uuid, uuid, text[], text, text, text, text, timestamptz, integer, text, text),
  vault.open_by_pass(uuid, uuid, uuid, text, text, text, text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.enter_pass(uuid, text, uuid, uuid, text[], text, text, text, text, timestamptz, integer, text, text),
  vault.open_by_pass(uuid, uuid, uuid, text, text, text, text, text, timestamptz, text, text) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
