-- The notary's tree over the log, its signed checkpoints, and which keys sign. No personal data: hashes, ids and places.
SELECT platform.ensure_role('notary_writer');
SELECT platform.ensure_role('notary_reader');

CREATE SCHEMA notary;

-- One row per event, in the order of the log. Beside the hash what is needed to name an event that is no longer there.
CREATE TABLE notary.leaves (
  index bigint PRIMARY KEY CHECK (index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  event_id uuid NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL CHECK (revision >= 0),
  position text COLLATE "C" NOT NULL
);
CREATE INDEX leaves_by_event ON notary.leaves (event_id);

-- Roots of complete subtrees, above the leaves: 2^level leaves, the index-th of that size. A proof reads a few of them.
CREATE TABLE notary.nodes (
  level smallint CHECK (level > 0),
  index bigint CHECK (index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, index)
);

-- The note is the whole checkpoint with its signature; size and time stand beside it for looking up.
CREATE TABLE notary.signed_checkpoints (
  size bigint PRIMARY KEY CHECK (size > 0),
  note text NOT NULL,
  signed_at timestamptz(3) NOT NULL
);

-- Public keys; the newest is the one that signs. A worker that holds another does not start.
CREATE TABLE notary.keys (
  number integer PRIMARY KEY CHECK (number > 0),
  public_key text NOT NULL UNIQUE,
  in_use_from timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE notary.checkpoints (
  subscription text PRIMARY KEY,
  epoch text NOT NULL,
  position text NOT NULL,
  fence bigint NOT NULL
);

-- Append-only for everyone, the owner too, as the log is.
CREATE FUNCTION notary.refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of notary.% is refused: what the notary has written stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notary.leaves
  FOR EACH STATEMENT EXECUTE FUNCTION notary.refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notary.nodes
  FOR EACH STATEMENT EXECUTE FUNCTION notary.refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notary.signed_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION notary.refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notary.keys
  FOR EACH STATEMENT EXECUTE FUNCTION notary.refuse();
ALTER TABLE notary.leaves ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE notary.nodes ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE notary.signed_checkpoints ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE notary.keys ENABLE ALWAYS TRIGGER append_only;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA notary FROM PUBLIC;
GRANT USAGE ON SCHEMA notary TO notary_writer, notary_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA notary TO notary_writer, notary_reader;
GRANT INSERT ON notary.leaves, notary.nodes, notary.signed_checkpoints, notary.keys TO notary_writer;
GRANT INSERT, UPDATE ON notary.checkpoints TO notary_writer;
