#!/usr/bin/env bash
# Runs the benchmarks and prints one table.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scripts/postgres.sh
trap 'go run ./internal/dbtest/sweep || true' EXIT
# Only what has benchmarks is built.
packages=$(git grep -l '^func Benchmark' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')
# shellcheck disable=SC2086 # the packages are several words
go test -timeout 60m -run '^$' -bench "${BENCH:-.}" -benchmem $packages | grep -Ev '^(PASS|ok |\?|goos|goarch|testing:)'
