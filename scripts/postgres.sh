#!/usr/bin/env bash
# Makes sure that the server programs of PostgreSQL 14 or newer are there. The
# portal finds them by itself in the same places (internal/localpg/find.go).
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

candidates() {
	if [ -n "${PORTAL_PG_BIN:-}" ]; then
		printf '%s\n' "$PORTAL_PG_BIN/postgres"
		return
	fi
	command -v postgres || true
	if have pg_config; then printf '%s/postgres\n' "$(pg_config --bindir)"; fi
	ls -d /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /usr/libexec/postgresql*/postgres \
		/usr/local/pgsql/bin/postgres /opt/homebrew/opt/postgresql*/bin/postgres \
		/usr/local/opt/postgresql*/bin/postgres \
		/Applications/Postgres.app/Contents/Versions/*/bin/postgres 2>/dev/null || true
}

found() {
	local program major
	while read -r program; do
		if [ ! -x "$program" ] || [ ! -x "$(dirname "$program")/initdb" ]; then continue; fi
		major=$("$program" --version 2>/dev/null | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p')
		[ "${major:-0}" -ge 14 ] && return
	done < <(candidates)
	return 1
}

# Debian would make and start a cluster of its own, which nobody asked for.
no_system_cluster() {
	have apt-get || return 0
	local conf=/etc/postgresql-common/createcluster.conf
	[ -e "$conf" ] && return
	as_root mkdir -p "$(dirname "$conf")"
	echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
}

found && exit
[ -z "${PORTAL_PG_BIN:-}" ] || die "PORTAL_PG_BIN=$PORTAL_PG_BIN holds no PostgreSQL 14 or newer."
no_system_cluster
need_packages PostgreSQL postgresql postgresql@17
found || die "The PostgreSQL that was installed is older than 14."
