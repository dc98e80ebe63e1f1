#!/bin/bash
# At the first start of the database: its owner, and the logins of the programs. The owner migrates, may make the roles of
# the migrations, and is no superuser, who would pass every row policy. The logins of api and worker own nothing: the
# migrations say which roles each may enter.
set -euo pipefail
secrets=${SECRETS_FOLDER:-/run/secrets}
psql --no-psqlrc -v ON_ERROR_STOP=1 --username postgres -v password="$(< "$secrets/database_password")" \
  -v api="$(< "$secrets/database_api_password")" -v worker="$(< "$secrets/database_worker_password")" <<'SQL'
CREATE ROLE relocation LOGIN CREATEROLE PASSWORD :'password';
CREATE ROLE relocation_api LOGIN NOINHERIT PASSWORD :'api';
CREATE ROLE relocation_worker LOGIN NOINHERIT PASSWORD :'worker';
CREATE DATABASE relocation OWNER relocation;
REVOKE CONNECT ON DATABASE relocation FROM PUBLIC;
SQL
