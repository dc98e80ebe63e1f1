-- The log: events in one gapless order, appended by one function and changed by nobody.
SELECT platform.ensure_role('log_appender');
SELECT platform.ensure_role('log_reader');

CREATE SCHEMA log;

-- Which log this is. Positions carry it, so that a checkpoint of another log is recognised. A copy of the whole log
-- (COPY, base backup) keeps it; a log that goes on from an older backup must be given a new one by its operator.
CREATE TABLE log.epoch (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  epoch text NOT NULL CHECK (epoch ~ '^[a-z0-9]{4,20}$'),
  made_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO log.epoch (epoch) VALUES ('e' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 11));

-- One row per stream, to lock. -1: somebody asked for it, nothing was written.
CREATE TABLE log.streams (
  stream text COLLATE "C" PRIMARY KEY,
  revision integer NOT NULL CHECK (revision >= -1)
) WITH (fillfactor = 70);

-- data and metadata are json, not jsonb: the canonical text stays as it was written, to the byte.
CREATE TABLE log.events (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL CHECK (revision >= 0),
  id uuid NOT NULL UNIQUE,
  type text COLLATE "C" NOT NULL,
  schema_version integer NOT NULL CHECK (schema_version >= 1),
  data json NOT NULL,
  metadata json NOT NULL,
  recorded_at timestamptz(3) NOT NULL,
  UNIQUE (stream, revision)
);

-- Append-only for everyone, the owner too. ALWAYS: also for a session that calls itself a replica.
CREATE FUNCTION log.refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of log.% is refused: the log is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE log.events ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON log.streams
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE log.streams ENABLE ALWAYS TRIGGER stays;
CREATE TRIGGER goes_forward BEFORE UPDATE ON log.streams
  FOR EACH ROW WHEN (NEW.revision <= OLD.revision OR NEW.stream <> OLD.stream) EXECUTE FUNCTION log.refuse();
ALTER TABLE log.streams ENABLE ALWAYS TRIGGER goes_forward;

-- Appends a batch: [{stream, expected, events: [{id, type, version, data, metadata}]}], each stream at most once,
-- `expected` the revision that the writer saw last, -1 for none. One row per append comes back, by its place from 1:
--   appended   written now; revision and position of its last event
--   repeated   the same ids stand at the same place already; their revision and position
--   conflict   nothing written; the revision where the stream is, -1 for none
--   duplicate  nothing written; one of the ids stands in the log at another place
-- A conflict of one append leaves the others alone.
--
-- Order of locks: stream rows by name, then the one lock that numbers the log, held to the end of the transaction, so
-- that the order of positions is the order of commits and a reader who sees a position sees all before it. What can be
-- worked out before that lock is worked out before it.
CREATE FUNCTION log.append(batch json)
RETURNS TABLE (append integer, outcome text, revision integer, "position" bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Only look-ups by key here: a plan that was made while the log was short must not stay when it is long.
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  -- the appends, by their place
  a_stream text[];
  a_expected integer[];
  a_count integer[];
  a_actual integer[];
  a_outcome text[];
  -- their events, in order
  e_append integer[];
  e_ordinal integer[];
  e_id uuid[];
  -- the events to be written, in order
  n_stream text[];
  n_revision integer[];
  n_id uuid[];
  n_type text[];
  n_version integer[];
  n_data json[];
  n_metadata json[];
  head bigint := 0;
BEGIN
  -- In a longer transaction the lock would be held while its client thinks, or sleeps; and an older snapshot would
  -- number wrongly.
  IF transaction_timestamp() <> statement_timestamp()
     OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'log.append must be the only statement of its transaction, sent as one message, READ COMMITTED'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;

  SELECT array_agg(a.stream ORDER BY a.n), array_agg(a.expected ORDER BY a.n),
         array_agg(json_array_length(a.events) ORDER BY a.n)
    INTO a_stream, a_expected, a_count
    FROM ROWS FROM (json_to_recordset(batch) AS (stream text, expected integer, events json))
         WITH ORDINALITY AS a (stream, expected, events, n);
  IF (SELECT count(DISTINCT s) <> cardinality(a_stream) FROM unnest(a_stream) s) OR 0 = ANY (a_count) THEN
    RAISE EXCEPTION 'a batch holds each stream once, and no append is empty' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT array_agg(a.n ORDER BY a.n, e.m), array_agg(e.m ORDER BY a.n, e.m), array_agg(e.id ORDER BY a.n, e.m)
    INTO e_append, e_ordinal, e_id
    FROM ROWS FROM (json_to_recordset(batch) AS (events json)) WITH ORDINALITY AS a (events, n),
         ROWS FROM (json_to_recordset(a.events) AS (id uuid)) WITH ORDINALITY AS e (id, m);

  -- Two writers of the same new stream meet here: the second waits for the first.
  INSERT INTO log.streams (stream, revision)
    SELECT a.stream, -1 FROM unnest(a_stream, a_expected) AS a (stream, expected)
     WHERE a.expected = -1 ORDER BY a.stream COLLATE "C"
    ON CONFLICT DO NOTHING;
  -- What counts is the revision that the lock hands over, not one that a later look could see unlocked.
  WITH locked AS MATERIALIZED (
    SELECT s.stream, s.revision FROM log.streams s WHERE s.stream = ANY (a_stream) ORDER BY s.stream FOR UPDATE
  )
  SELECT array_agg(coalesce(l.revision, -1) ORDER BY a.n)
    INTO a_actual
    FROM unnest(a_stream) WITH ORDINALITY AS a (stream, n) LEFT JOIN locked l ON l.stream = a.stream;

  WITH stored AS MATERIALIZED (
    SELECT e.id, e.stream, e.revision FROM log.events e WHERE e.id = ANY (e_id)
  ), found AS (
    SELECT x.append,
           count(s.id) AS anywhere,
           count(s.id) FILTER (WHERE s.stream = a_stream[x.append]
                                 AND s.revision = a_expected[x.append] + x.ordinal) AS in_place
      FROM unnest(e_append, e_ordinal, e_id) AS x (append, ordinal, id) LEFT JOIN stored s ON s.id = x.id
     GROUP BY x.append
  )
  SELECT array_agg(
           CASE
             WHEN f.in_place = a_count[f.append] THEN 'repeated'
             WHEN a_actual[f.append] <> a_expected[f.append] THEN 'conflict'
             WHEN f.anywhere > 0 THEN 'duplicate'
             ELSE 'appended'
           END ORDER BY f.append)
    INTO a_outcome
    FROM found f;

  UPDATE log.streams s
     SET revision = a.expected + a.count
    FROM unnest(a_stream, a_expected, a_count, a_outcome) AS a (stream, expected, count, outcome)
   WHERE s.stream = a.stream AND a.outcome = 'appended';

  SELECT array_agg(a_stream[a.n] ORDER BY a.n, e.m), array_agg((a_expected[a.n] + e.m)::integer ORDER BY a.n, e.m),
         array_agg(e.id ORDER BY a.n, e.m), array_agg(e.type ORDER BY a.n, e.m),
         array_agg(e.version ORDER BY a.n, e.m), array_agg(e.data ORDER BY a.n, e.m),
         array_agg(e.metadata ORDER BY a.n, e.m)
    INTO n_stream, n_revision, n_id, n_type, n_version, n_data, n_metadata
    FROM ROWS FROM (json_to_recordset(batch) AS (events json)) WITH ORDINALITY AS a (events, n),
         ROWS FROM (json_to_recordset(a.events) AS (id uuid, type text, version integer, data json, metadata json))
           WITH ORDINALITY AS e (id, type, version, data, metadata, m)
   WHERE a_outcome[a.n] = 'appended';

  IF n_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(7310, 1);
    -- A statement of its own, so that it sees what was committed while the lock was waited for.
    head := coalesce((SELECT max(e.position) FROM log.events e), 0);
    INSERT INTO log.events (position, stream, revision, id, type, schema_version, data, metadata, recorded_at)
      SELECT head + n.place, n.stream, n.revision, n.id, n.type, n.version, n.data, n.metadata,
             date_trunc('milliseconds', clock_timestamp())
        FROM unnest(n_stream, n_revision, n_id, n_type, n_version, n_data, n_metadata)
             WITH ORDINALITY AS n (stream, revision, id, type, version, data, metadata, place);
    -- Only a hint: it is delivered after the commit, and may be lost with a listener's session.
    PERFORM pg_notify('log_appended', '');
  END IF;

  RETURN QUERY
    SELECT a.n::integer, a.outcome,
           CASE WHEN a.outcome IN ('appended', 'repeated') THEN a.expected + a.count ELSE a.actual END,
           CASE a.outcome
             WHEN 'appended' THEN
               head + (sum(a.count) FILTER (WHERE a.outcome = 'appended') OVER (ORDER BY a.n))::bigint
             WHEN 'repeated' THEN
               (SELECT e.position FROM log.events e WHERE e.stream = a.stream AND e.revision = a.expected + a.count)
           END
      FROM unnest(a_stream, a_expected, a_count, a_actual, a_outcome)
           WITH ORDINALITY AS a (stream, expected, count, actual, outcome, n)
     ORDER BY a.n;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO log_appender, log_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA log TO log_appender, log_reader;
GRANT EXECUTE ON FUNCTION log.append(json) TO log_appender;
