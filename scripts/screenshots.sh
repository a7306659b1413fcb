#!/usr/bin/env bash
# Takes the pictures of README.md anew, from the demonstration city.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scripts/postgres.sh
web=$(scripts/webtools.sh)
eval "$web"
mkdir -p docs/img
go test -count=1 -tags screenshots -run '^TestScreenshots$' ./web
