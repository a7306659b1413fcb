#!/usr/bin/env bash
# Builds bin/portal. What is generated is committed, so Go is all it needs.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# git refuses to look into a clone that belongs to somebody else; then the
# program bears no revision.
vcs=auto
git status --short >/dev/null 2>&1 || vcs=false
go build -buildvcs="$vcs" -o bin/portal ./cmd/portal
