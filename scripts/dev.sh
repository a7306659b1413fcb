#!/usr/bin/env bash
# Serves the portal while you work on it: a saved file is generated, built and
# served anew. Needs no file watcher: it looks once a second.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

scripts/postgres.sh
export PORTAL_DEMO="${PORTAL_DEMO:-1}" PORTAL_DEV="${PORTAL_DEV:-1}"
pid=

stop() {
	if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then wait "$pid" || true; fi
	pid=
}
trap stop EXIT
trap 'exit 0' INT TERM

state() { find cmd internal migrations web -type f ! -name '*_templ.go' -newer "$mark" -print -quit; }

mark=$(mktemp)
while :; do
	touch "$mark"
	if go tool templ generate -log-level error && scripts/build.sh; then
		stop
		bin/portal serve "$@" &
		pid=$!
	fi
	while [ -z "$(state)" ]; do sleep 1; done
done
