#!/usr/bin/env bash
# Builds and serves the portal, with PostgreSQL and the demonstration data,
# on a machine that has nothing but Go.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ -z "${PORTAL_DATABASE_URL:-}" ]; then
	scripts/postgres.sh
	export PORTAL_DEMO="${PORTAL_DEMO:-1}" # never on somebody's own server
fi
note "building (the first time takes a minute) 正在编译"
scripts/build.sh
exec bin/portal serve "$@"
