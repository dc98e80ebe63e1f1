-- Roles belong to the whole server, tables to one database: several databases of one server share the roles.
-- This makes a role that nobody can log in with, unless it is there, and lets the owner of this database enter it with
-- SET ROLE, without having its rights before that.
CREATE FUNCTION platform.ensure_role(role_name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this server was quicker
    END;
  END IF;
  EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', role_name);
END
$$;
REVOKE ALL ON FUNCTION platform.ensure_role(text) FROM PUBLIC;
