#!/usr/bin/env bash
# Everything a change must pass: generated files fresh, format, vet,
# staticcheck, tests.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

tool() { go tool -modfile=scripts/tools.mod "$@"; }

# The state of all generated files, committed or not, in one number.
generated() {
	git ls-files --cached --others --exclude-standard -- '*_templ.go' docs | git hash-object --stdin-paths
}

note "generated files"
before=$(generated)
scripts/generate.sh
[ "$before" = "$(generated)" ] || {
	git status --short -- '*_templ.go' docs
	die "Generated files were not fresh: commit what make generate wrote."
}
[ -z "${CI:-}" ] || git diff --exit-code -- '*_templ.go' docs

note "format"
unformatted=$(git ls-files '*.go' | grep -v '_templ\.go$' | xargs go tool -modfile=scripts/tools.mod gofumpt -l)
[ -z "$unformatted" ] || die "Not in gofumpt's format:
$unformatted"

note "vet"
# Pairs such as {"key", "名"} read better without their fields' names.
go vet -composites=false ./...

note "staticcheck"
# Faults read better without a prefix: fault.NotFound.
tool staticcheck -checks inherit,-ST1012 ./...

scripts/test.sh
