# Two commands do all the set-up: `make demo` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help demo test unit chaos exact bench-delivery bench-engine bench-gpu bench-scrape bench-service simulate check format stack docs dashboards release-notes lock demo-model worker-env dev-env clean
MAKEFLAGS += --no-print-directory
export PYANNOTE_METRICS_ENABLED := 0
# OpenMP threads that spin stall each other where servers and tests share the cores.
export OMP_WAIT_POLICY := PASSIVE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

help: ## Show what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: worker-env ## Install what is needed, diarize four jobs end to end, show the turns
	@$(BIN)/turnstream demo

test: dev-env ## Install what is needed, run every test this machine can run
	@$(BIN)/python -m tests.stack build
	@$(PYTEST)

unit: dev-env ## Run the unit tests alone (seconds)
	@$(PYTEST) tests/unit

chaos: dev-env ## Kill workers, stop brokers, cut links for 18 minutes, count (SEED=, JOBS=, MINUTES=)
	@$(BIN)/python -m tests.stack build
	@$(BIN)/python -m tests.chaos \
		$(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS)) $(if $(MINUTES),--minutes $(MINUTES))

exact: dev-env ## Compare the engine with stock pyannote on everything (most of an hour; SEED=, ONLY=)
	@$(BIN)/python -m tests.exact $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

check: dev-env ## Format, lint, types, import contracts, schemas and docs: what CI asks first
	@$(BIN)/ruff format --check --quiet || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/mypy examples/python
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m schemas.export --check
	@$(BIN)/python -m consumer.settings_reference --check
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml

format: dev-env ## Format the code and mend what the linter can mend
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix --quiet

bench-delivery: dev-env ## Compare jobs/s with transactions and at-least-once (5 minutes, real Kafka)
	@$(BIN)/python -m tests.benchmarks.delivery

bench-engine: dev-env ## Compare the engine with stock on the CPU (half an hour; ROUNDS=, ONLY=)
	@$(BIN)/python -m tests.benchmarks.engine \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

bench-gpu: dev-env ## Compare the engine with stock on a GPU (10 minutes; ROUNDS=, HOURS=)
	@$(BIN)/python -m tests.benchmarks.engine.gpu \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(HOURS),--hours $(HOURS))

bench-scrape: dev-env ## Time a scrape of /metrics at 64 partitions and 3 models, count the series
	@$(BIN)/python -m tests.benchmarks.scrape

bench-service: dev-env ## Compare the service with the engine, stock and a plain loop (half an hour; ROUNDS=, JOBS=, ONLY=)
	@$(BIN)/python -m tests.stack build
	@$(BIN)/python -m tests.benchmarks.service \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(JOBS),--jobs $(JOBS)) $(if $(ONLY),--only $(ONLY))

simulate: dev-env ## Simulate 1-64 workers, write figures and picture of docs/sizing.md (2 minutes; SEED=)
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED))

stack: dev-env ## Start a real Kafka and MinIO and print how to reach them (Java 17+, Maven, Go)
	@$(BIN)/python -m tests.stack

docs: dev-env ## Write the generated files anew: JSON Schemas, .env.example, docs/settings.md, the chart's schema
	@$(BIN)/python -m schemas.export
	@$(BIN)/python -m consumer.settings_reference
	@$(BIN)/python -m tests.deploy.values_schema

dashboards: dev-env ## Write Grafana's JSON anew from deploy/grafana/boards
	@$(BIN)/python -m deploy.grafana.boards

release-notes: ## Print what the changelog says of a version (VERSION=)
	@.ci/release-notes $(or $(VERSION),Unreleased)

lock: dev-env ## Pin all requirements anew, with hashes
	@requirements/lock

demo-model: dev-env ## Train the demonstration model anew (an hour; flite, espeak-ng and sox)
	@$(BIN)/python -m demo.training

worker-env:
	@requirements/install worker

dev-env:
	@requirements/install dev

clean: ## Remove what was made here, .venv included
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis demo-output bench-output chaos-output exact-output
