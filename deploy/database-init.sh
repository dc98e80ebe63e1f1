#!/bin/bash
# At the first start of the database: the login of the programs. It owns its database and may make the roles of the
# migrations, and is no superuser, who would pass every row policy.
set -euo pipefail
psql --no-psqlrc -v ON_ERROR_STOP=1 --username postgres -v password="$(< "${PASSWORD_FILE:-/run/secrets/database_password}")" <<'SQL'
CREATE ROLE relocation LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE relocation OWNER relocation;
REVOKE CONNECT ON DATABASE relocation FROM PUBLIC;
SQL
