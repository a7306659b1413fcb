#!/usr/bin/env bash
# Runs the whole test suite: real PostgreSQL, Chromium, LibreOffice. Arguments go to
# go test; without any, it tests everything.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scripts/postgres.sh
web=$(scripts/webtools.sh)
eval "$web"

# Each package starts a PostgreSQL in memory that ends with it. Its files stay
# behind until the next one sweeps; leave none at the end.
sweep() { go run ./internal/dbtest/sweep || true; }
trap sweep EXIT

[ $# -gt 0 ] || set -- ./...
note "go test $*"
go test -timeout 40m "$@"
