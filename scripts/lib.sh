# Shared by the scripts beside it, which source it: where we are, and how to
# install what is missing.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

note() { printf '== %s\n' "$*" >&2; }
die() {
	printf '%s\n' "$*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Go is often installed outside the path of a bare shell.
have go || PATH=$PATH:/usr/local/go/bin
have go || die "Go is missing: install Go 1.26 or newer first. 请先安装 Go 1.26 或更新版本。"

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "Needs root or sudo for: $*"
	fi
}

# need_packages WHAT DEBIAN-PACKAGES HOMEBREW-PACKAGES installs what a machine
# lacks with its own package manager.
need_packages() {
	note "installing $1 (正在安装)"
	if have apt-get; then
		# shellcheck disable=SC2086 # the packages are several words
		apt_install $2
	elif have brew; then
		# shellcheck disable=SC2086
		brew install $3 </dev/null
	else
		die "Install $1 with this system's package manager, then try again. 请先安装：$1"
	fi
}

apt_install() {
	local try
	for try in 1 2 3; do
		apt_get update || note "some package lists could not be fetched"
		apt_get install -y --no-install-recommends "$@" && return
		[ "$try" = 3 ] || sleep $((try * 10))
	done
	die "Could not install: $*"
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >&2
}
