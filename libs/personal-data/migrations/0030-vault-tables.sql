-- Keys, grants, read records and the index of persons. Nothing here is readable by itself: keys are wrapped by class
-- keys that never enter the database, persons are random ids, officials and organisations are keyed tokens.

CREATE SCHEMA vault;

-- Entered with SET LOCAL ROLE only: the login role itself inherits none of these rights.
SELECT platform.ensure_role(wanted)
  FROM unnest(ARRAY['vault_keeper', 'vault_opener', 'vault_reviewer', 'project_vault']) AS wanted;

-- One row at most. A simulated database may be told the time; whether it is one is settled before the first key.
CREATE TABLE vault.instance (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  simulated boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One key per subject, stream, class and owning authority. `epoch` says which class key wraps it.
CREATE TABLE vault.keys (
  key_id uuid PRIMARY KEY,
  subject uuid NOT NULL,
  stream text NOT NULL,
  class text NOT NULL,
  owner text NOT NULL,
  wrapped_key bytea NOT NULL,
  epoch integer NOT NULL,
  created_by_organisation text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (subject, stream, class, owner)
);

-- Who may open what. Rows are projected from events; they are never the truth, so they may be rebuilt.
CREATE TABLE vault.grants (
  grant_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id uuid NOT NULL,
  subject uuid NOT NULL,
  stream text NOT NULL,
  class text NOT NULL,
  owner text NOT NULL,
  organisation text NOT NULL,
  person text NOT NULL,
  foot text NOT NULL CHECK (foot IN ('OWN', 'WAIVER', 'STATUTE', 'RESCUE')),
  -- Disclosure id, or the id of the event by whose writing the grant came (OWN).
  source_ref text NOT NULL,
  -- Code of the provision or version of the waiver, for the read record; the foot stands in where it is missing.
  legal_basis text,
  -- Purposes for which it may be used. OWN is not bound to one: the authority reads what it wrote itself.
  purposes text[] NOT NULL DEFAULT '{}',
  valid_from timestamptz NOT NULL,
  -- RESCUE does not run out: it is ended by DepartureConfirmed and by nothing else.
  expires_at timestamptz,
  ended_at timestamptz,
  UNIQUE (case_id, subject, stream, class, owner, organisation, person, foot, source_ref)
);
CREATE INDEX grants_by_source ON vault.grants (case_id, source_ref);

-- How far the grants have followed disclosure-<case>: the revision of its last event that they hold.
CREATE TABLE vault.grants_progress (
  case_id uuid PRIMARY KEY,
  disclosure_revision bigint NOT NULL
);

-- The read record: who opened, wrote or named what, when, why and on which basis. Not the event log.
CREATE TABLE vault.reads (
  read_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  at timestamptz NOT NULL,
  action text NOT NULL CHECK (action IN ('READ', 'WRITE', 'NAME')),
  person text NOT NULL,
  organisation text NOT NULL,
  agency_kind text,
  unit text,
  case_id uuid,
  subject uuid,
  stream text,
  class text NOT NULL,
  owner text,
  purpose text NOT NULL,
  foot text,
  legal_basis text,
  source_ref text,
  key_id uuid,
  -- NAME only: the token that was turned into a name.
  named_token text
);
CREATE INDEX reads_by_case ON vault.reads (case_id, at);
CREATE INDEX reads_by_subject ON vault.reads (subject, at);
CREATE INDEX reads_by_person ON vault.reads (person, at);

-- Access that was refused. `route` is the template of the route, never the path that was called.
CREATE TABLE vault.refusals (
  refusal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  at timestamptz NOT NULL,
  actor text,
  organisation text,
  route text NOT NULL,
  reason text NOT NULL,
  case_id uuid,
  class text
);
CREATE INDEX refusals_by_actor ON vault.refusals (actor, at);

-- From a keyed hash of a personal identity number to the random subject id. Deletable: without it, nobody can be found.
CREATE TABLE vault.person_index (
  keyed_hash text PRIMARY KEY,
  subject uuid NOT NULL
);
CREATE INDEX person_index_by_subject ON vault.person_index (subject);

CREATE FUNCTION vault.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RV004', MESSAGE = format('%s.%s is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME);
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.reads
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.refusals
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER settled_once BEFORE UPDATE OR DELETE OR TRUNCATE ON vault.instance
  FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();

-- Says at creation what kind of database this is. Saying the same again changes nothing; another answer, or one that
-- comes after the first key or record, is refused, so that a real database cannot be turned into one that believes any time.
CREATE FUNCTION vault.declare_instance(is_simulated boolean) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE already boolean;
BEGIN
  SELECT i.simulated INTO already FROM vault.instance i;
  IF FOUND THEN
    IF already IS DISTINCT FROM is_simulated THEN
      RAISE EXCEPTION USING ERRCODE = 'RV004', MESSAGE = 'the kind of this database was settled when it was created';
    END IF;
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM vault.keys) OR EXISTS (SELECT FROM vault.reads) OR EXISTS (SELECT FROM vault.person_index) THEN
    RAISE EXCEPTION USING ERRCODE = 'RV004', MESSAGE = 'this database is in use: its kind can no longer be chosen';
  END IF;
  INSERT INTO vault.instance (simulated) VALUES (is_simulated);
END
$$;
REVOKE ALL ON FUNCTION vault.declare_instance(boolean) FROM PUBLIC;

-- A change of grants and an opening of the same case do not overlap: once the change is committed, no record of a read
-- on the old grants can still appear. vault.open takes the shared side of this lock.
CREATE FUNCTION vault.lock_case_of_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(coalesce(NEW.case_id, OLD.case_id)::text, 30));
  RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER lock_case BEFORE INSERT OR UPDATE OR DELETE ON vault.grants
  FOR EACH ROW EXECUTE FUNCTION vault.lock_case_of_grant();

GRANT USAGE ON SCHEMA vault TO vault_keeper, vault_opener, vault_reviewer, project_vault;
-- The owner of the functions may do what they do and no more: take a right away here and the door stays shut.
GRANT SELECT ON vault.instance, vault.grants, vault.grants_progress TO vault_keeper;
GRANT SELECT, INSERT ON vault.keys, vault.person_index TO vault_keeper;
GRANT INSERT ON vault.reads, vault.refusals TO vault_keeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.grants, vault.grants_progress TO project_vault;
GRANT SELECT ON vault.reads, vault.refusals TO vault_reviewer;
