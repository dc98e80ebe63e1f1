-- The programs log in as two roles that own nothing: what belongs to nobody who runs cannot be altered, dropped, opened
-- or switched off by a program that was taken over. Whoever migrates owns everything, and runs nothing.

-- Which roles a login may enter (SET ROLE), by name or by pattern (LIKE). A lib that makes a role which fits no pattern
-- adds its row here, in a migration of its own.
CREATE TABLE platform.runtime_roles (
  login text NOT NULL CHECK (login IN ('relocation_api', 'relocation_worker')),
  role text NOT NULL,
  PRIMARY KEY (login, role)
);
INSERT INTO platform.runtime_roles (login, role) VALUES
  ('relocation_api', 'log\_appender'),
  ('relocation_api', 'log\_reader'),
  ('relocation_api', 'vault\_opener'),
  ('relocation_api', 'police\_verdict'),
  ('relocation_api', 'police\_registrar'),
  ('relocation_api', 'subs\_reader'),
  ('relocation_api', 'read\_%'),
  ('relocation_worker', 'log\_appender'),
  ('relocation_worker', 'log\_reader'),
  ('relocation_worker', 'police\_verdict'),
  ('relocation_worker', 'subs\_runner'),
  ('relocation_worker', 'subs\_reader'),
  ('relocation_worker', 'notary\_writer'),
  ('relocation_worker', 'notary\_reader'),
  ('relocation_worker', 'project\_%');

-- Makes the two logins unless they are there (without a password nobody can use them), and lets each enter its roles,
-- without having their rights before. Safe to repeat; migrate() calls it when all migrations have run.
CREATE FUNCTION platform.settle_logins() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  entry record;
BEGIN
  PERFORM pg_advisory_xact_lock(7310, 3);
  FOR entry IN SELECT DISTINCT r.login FROM platform.runtime_roles r ORDER BY 1 LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = entry.login) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', entry.login);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server was quicker
      END;
    END IF;
  END LOOP;
  FOR entry IN
    SELECT l.oid AS login_id, l.rolname AS login, r.oid AS role_id, r.rolname AS role
      FROM platform.runtime_roles p
      JOIN pg_roles l ON l.rolname = p.login
      JOIN pg_roles r ON r.rolname LIKE p.role AND NOT r.rolcanlogin
     WHERE NOT EXISTS (
       SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.member = l.oid AND m.set_option
     )
     ORDER BY 2, 4
  LOOP
    BEGIN
      EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', entry.role, entry.login);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
  -- Nobody else comes in, and nobody who comes in makes tables, not even passing ones.
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO relocation_api, relocation_worker', current_database());
END
$$;
REVOKE ALL ON FUNCTION platform.settle_logins() FROM PUBLIC;
