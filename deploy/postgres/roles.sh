#!/bin/sh
# Runs once, when the volume is empty: a role and a database for the engine, and a role that may make Temporal's two databases. Neither
# is a superuser.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=kobi_password="$KOBI_DB_PASSWORD" --set=temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role kobi login password :'kobi_password';
create database kobi owner kobi;
create role temporal login createdb password :'temporal_password';
SQL
