-- log.append as in 0010, with the batch parsed once: measured, most of a batch of 100 went into parsing its JSON again and
-- again. What it promises, the order of its locks and what it answers are the same.
CREATE OR REPLACE FUNCTION log.append(batch json)
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
  -- their events, in order; stream and expected revision of their append beside each
  e_append integer[];
  e_ordinal integer[];
  e_stream text[];
  e_expected integer[];
  e_id uuid[];
  e_type text[];
  e_version integer[];
  e_data json[];
  e_metadata json[];
  head bigint := 0;
BEGIN
  -- In a longer transaction the lock would be held while its client thinks, or sleeps; and an older snapshot would
  -- number wrongly.
  IF transaction_timestamp() <> statement_timestamp()
     OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'log.append must be the only statement of its transaction, sent as one message, READ COMMITTED'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;

  WITH a AS MATERIALIZED (
    SELECT a.stream, a.expected, a.events, a.n
      FROM ROWS FROM (json_to_recordset(batch) AS (stream text, expected integer, events json))
           WITH ORDINALITY AS a (stream, expected, events, n)
  ), e AS MATERIALIZED (
    SELECT a.n, e.m, a.stream, a.expected, e.id, e.type, e.version, e.data, e.metadata
      FROM a, ROWS FROM (json_to_recordset(a.events)
               AS (id uuid, type text, version integer, data json, metadata json))
             WITH ORDINALITY AS e (id, type, version, data, metadata, m)
     ORDER BY a.n, e.m
  ), counted AS (
    SELECT e.n, count(*) AS events FROM e GROUP BY e.n
  ), appends AS (
    SELECT array_agg(a.stream ORDER BY a.n) AS streams, array_agg(a.expected ORDER BY a.n) AS expected,
           array_agg(coalesce(c.events, 0)::integer ORDER BY a.n) AS counts
      FROM a LEFT JOIN counted c ON c.n = a.n
  ), events AS (
    SELECT array_agg(e.n::integer) AS appends, array_agg(e.m::integer) AS ordinals, array_agg(e.stream) AS streams,
           array_agg(e.expected) AS expected, array_agg(e.id) AS ids, array_agg(e.type) AS types,
           array_agg(e.version) AS versions, array_agg(e.data) AS data, array_agg(e.metadata) AS metadata
      FROM e
  )
  SELECT x.streams, x.expected, x.counts,
         y.appends, y.ordinals, y.streams, y.expected, y.ids, y.types, y.versions, y.data, y.metadata
    INTO a_stream, a_expected, a_count,
         e_append, e_ordinal, e_stream, e_expected, e_id, e_type, e_version, e_data, e_metadata
    FROM appends x, events y;
  IF (SELECT count(DISTINCT s) <> cardinality(a_stream) FROM unnest(a_stream) s) OR 0 = ANY (a_count) THEN
    RAISE EXCEPTION 'a batch holds each stream once, and no append is empty' USING ERRCODE = 'invalid_parameter_value';
  END IF;

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
           count(s.id) FILTER (WHERE s.stream = x.stream AND s.revision = x.expected + x.ordinal) AS in_place
      FROM unnest(e_append, e_ordinal, e_stream, e_expected, e_id) AS x (append, ordinal, stream, expected, id)
      LEFT JOIN stored s ON s.id = x.id
     GROUP BY x.append
  )
  SELECT array_agg(
           CASE
             WHEN f.in_place = a.count THEN 'repeated'
             WHEN a.actual <> a.expected THEN 'conflict'
             WHEN f.anywhere > 0 THEN 'duplicate'
             ELSE 'appended'
           END ORDER BY f.append)
    INTO a_outcome
    FROM unnest(a_expected, a_count, a_actual) WITH ORDINALITY AS a (expected, count, actual, n)
    JOIN found f ON f.append = a.n;

  UPDATE log.streams s
     SET revision = a.expected + a.count
    FROM unnest(a_stream, a_expected, a_count, a_outcome) AS a (stream, expected, count, outcome)
   WHERE s.stream = a.stream AND a.outcome = 'appended';

  IF 'appended' = ANY (a_outcome) THEN
    IF 'appended' <> ANY (a_outcome) THEN
      -- Only what is to be written goes on, still in order; worked out before the lock.
      SELECT array_agg(e.stream ORDER BY e.place), array_agg(e.expected ORDER BY e.place),
             array_agg(e.ordinal ORDER BY e.place), array_agg(e.id ORDER BY e.place), array_agg(e.type ORDER BY e.place),
             array_agg(e.version ORDER BY e.place), array_agg(e.data ORDER BY e.place),
             array_agg(e.metadata ORDER BY e.place)
        INTO e_stream, e_expected, e_ordinal, e_id, e_type, e_version, e_data, e_metadata
        FROM unnest(e_append, e_stream, e_expected, e_ordinal, e_id, e_type, e_version, e_data, e_metadata)
             WITH ORDINALITY AS e (append, stream, expected, ordinal, id, type, version, data, metadata, place)
       WHERE a_outcome[e.append] = 'appended';
    END IF;
    PERFORM pg_advisory_xact_lock(7310, 1);
    -- A statement of its own, so that it sees what was committed while the lock was waited for.
    head := coalesce((SELECT max(e.position) FROM log.events e), 0);
    INSERT INTO log.events (position, stream, revision, id, type, schema_version, data, metadata, recorded_at)
      SELECT head + n.place, n.stream, n.expected + n.ordinal, n.id, n.type, n.version, n.data, n.metadata,
             date_trunc('milliseconds', clock_timestamp())
        FROM unnest(e_stream, e_expected, e_ordinal, e_id, e_type, e_version, e_data, e_metadata)
             WITH ORDINALITY AS n (stream, expected, ordinal, id, type, version, data, metadata, place);
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
