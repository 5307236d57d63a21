#!/bin/sh
# Brings Temporal's two databases to the schema of this release; running it again changes nothing. The tool reads SQL_* itself.
set -eu
bring_up() {
  SQL_DATABASE=$1
  export SQL_DATABASE
  temporal-sql-tool create-database
  temporal-sql-tool setup-schema -v 0.0
  temporal-sql-tool update-schema --schema-name "postgresql/v12/$2"
}
bring_up temporal temporal
bring_up temporal_visibility visibility
