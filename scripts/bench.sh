#!/usr/bin/env bash
# Runs the benchmarks and prints one table.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scripts/postgres.sh
trap 'go run ./internal/dbtest/sweep || true' EXIT
go test -timeout 60m -run '^$' -bench "${BENCH:-.}" -benchmem ./... | grep -Ev '^(PASS|ok |\?|goos|goarch|testing:)'
