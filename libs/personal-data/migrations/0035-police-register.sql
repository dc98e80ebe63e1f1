-- Police's conflict register: keyed tokens of networks, adversaries and kin. Deletable, unlike the log; nobody but
-- Police's registrar reads a row, everybody else gets one of two words.

CREATE SCHEMA police_register;

SELECT platform.ensure_role(wanted)
  FROM unnest(ARRAY['police_register_keeper', 'police_verdict', 'police_registrar']) AS wanted;

CREATE TABLE police_register.entries (
  id uuid PRIMARY KEY,
  -- Without a subject the entry holds for everybody: a network that hunts every defector, for example.
  subject uuid,
  kind text NOT NULL CHECK (kind IN ('NETWORK', 'ADVERSARY_NETWORK', 'ADVERSARY_PERSON', 'SELF_PERSON', 'KIN')),
  token text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (subject, kind, token)
);

-- Where an adversary (a network or a person) is known to be: always an area, as narrow as Police know.
CREATE TABLE police_register.presence (
  id uuid PRIMARY KEY,
  conflict text NOT NULL,
  area text NOT NULL,
  municipality text,
  housing text,
  UNIQUE NULLS NOT DISTINCT (conflict, area, municipality, housing)
);

-- The three rings: same housing, same municipality, same police area. A conflict in any of them refers to Police, and
-- the answer does not say which. `residents` are those who are reserved or placed in the area: [{subject, municipality,
-- housing, area}], the last three optional; without an area they count as in this one.
CREATE FUNCTION police_register.verdict(
  subject uuid, residents jsonb, municipality text, housing text, area text
) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  refers boolean;
BEGIN
  -- Unsure opens no door: a question that is not whole is an error, never CLEAR.
  IF subject IS NULL OR area IS NULL OR residents IS NULL OR jsonb_typeof(residents) <> 'array'
    OR EXISTS (SELECT FROM jsonb_array_elements(residents) r WHERE (r ->> 'subject') IS NULL)
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'the question is not complete';
  END IF;

  WITH near AS (
    SELECT DISTINCT (r ->> 'subject')::uuid AS other
    FROM jsonb_array_elements(residents) r
    WHERE (r ->> 'subject')::uuid <> subject
      AND (
        (housing IS NOT NULL AND r ->> 'housing' = housing)
        OR (municipality IS NOT NULL AND r ->> 'municipality' = municipality)
        OR coalesce(r ->> 'area', area) = area
      )
  ),
  mine AS (SELECT e.kind, e.token FROM police_register.entries e WHERE e.subject = subject OR e.subject IS NULL),
  theirs AS (SELECT e.kind, e.token FROM police_register.entries e JOIN near ON near.other = e.subject),
  between AS (
    SELECT FROM mine m JOIN theirs t ON t.token = m.token
    WHERE (m.kind, t.kind) IN (
      ('NETWORK', 'ADVERSARY_NETWORK'), ('ADVERSARY_NETWORK', 'NETWORK'),
      ('SELF_PERSON', 'ADVERSARY_PERSON'), ('ADVERSARY_PERSON', 'SELF_PERSON'),
      -- Kin of one who is an adversary of the other, is the other, or is kin of both: Police look.
      ('KIN', 'ADVERSARY_PERSON'), ('ADVERSARY_PERSON', 'KIN'),
      ('KIN', 'SELF_PERSON'), ('SELF_PERSON', 'KIN'), ('KIN', 'KIN')
    )
  ),
  -- What is hostile to everybody also concerns who lives there, but that is not changed by one more who moves in.
  hostile AS (
    SELECT FROM mine m JOIN police_register.presence p ON p.conflict = m.token
    WHERE m.kind IN ('ADVERSARY_NETWORK', 'ADVERSARY_PERSON')
      AND (
        p.area = area
        OR (municipality IS NOT NULL AND p.municipality = municipality)
        OR (housing IS NOT NULL AND p.housing = housing)
      )
  )
  SELECT (SELECT count(*) FROM between) + (SELECT count(*) FROM hostile) > 0 INTO refers;
  RETURN CASE WHEN refers THEN 'REFER_TO_POLICE' ELSE 'CLEAR' END;
END
$$;

GRANT USAGE ON SCHEMA police_register TO police_register_keeper, police_verdict, police_registrar;
GRANT SELECT ON police_register.entries, police_register.presence TO police_register_keeper;
GRANT SELECT, INSERT, DELETE ON police_register.entries, police_register.presence TO police_registrar;
REVOKE ALL ON FUNCTION police_register.verdict(uuid, jsonb, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION police_register.verdict(uuid, jsonb, text, text, text) TO police_verdict;
-- Given away last: from here on the function has the keeper's rights, and who migrates has none over it.
GRANT CREATE ON SCHEMA police_register TO police_register_keeper;
ALTER FUNCTION police_register.verdict(uuid, jsonb, text, text, text) OWNER TO police_register_keeper;
REVOKE CREATE ON SCHEMA police_register FROM police_register_keeper;
