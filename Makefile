# One command for each thing to do. What they do is in scripts/.

.PHONY: run test check bench dev generate build

run: ## everything from nothing: PostgreSQL, build, demonstration data, serve
	@scripts/run.sh

test: ## the whole test suite; installs what it needs. One package: make test T=./internal/visit
	@scripts/test.sh $(T)

check: ## what a change must pass: generated files, format, vet, staticcheck, tests
	@scripts/check.sh

bench: ## the benchmarks, one table
	@scripts/bench.sh

dev: ## serve, and again after every change
	@scripts/dev.sh

generate: ## write the files that are generated from others
	@scripts/generate.sh

build:
	@scripts/build.sh
