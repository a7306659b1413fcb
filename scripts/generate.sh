#!/usr/bin/env bash
# Writes what is generated from other files: templates' Go, and the documents
# that say what the code says.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

go tool templ generate -log-level error
go run ./cmd/docs
scripts/postgres.sh
go run ./internal/dbtest/schema
go run ./internal/dbtest/sweep
