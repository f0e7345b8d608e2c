# Each command sets up what it needs first, and skips what is there. See docs/ for the variables.
TSX := node_modules/.bin/tsx
.DEFAULT_GOAL := help
.PHONY: help setup build link dev serve test soak check bench costs deploy

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## toolchain and packages
	@tools/setup.sh

build: ## the Worker and the inbox, what changed of them
	@tools/build.sh

link: ## a sign-in link for the owner, or for EMAIL=...; ORIGIN=https://... for the deployed inbox, else the one here
	@$(TSX) tools/link.ts

dev: ## everything on http://localhost:8787 with a demo team, stand-in platforms and customers that write
	@tools/build.sh --quick
	@exec $(TSX) tools/dev.ts

serve: build ## the Worker alone (PORT, STATE_DIR, ENV_FILE)
	@exec $(TSX) tools/serve.ts

test: ## every test there is, in its short form where it has a long one
	@tools/test.sh

soak: ## the suites in their long forms: 200,000 schedules (SCHEDULES, FIRST_SEED), every look, more kills, more messages
	@SOAK=1 SCHEDULES=$(or $(SCHEDULES),200000) tools/test.sh native build tests/e2e tests/browser tests/costs schemathesis

check: ## the quick loop: formatting, lints, native tests
	@tools/check.sh

bench: build ## the benchmarks: a table, and JSON
	@exec $(TSX) tests/bench/main.ts

MONTH = MESSAGES THREADS REPLIES LABELS COMMENTS HELD
costs: setup ## what a month costs; MESSAGES=25000 HELD=20000 tells one of so many unit by unit; RULES=file goes by its prices
	@cargo run -q -p tributary-domain --example costs -- $(foreach one,$(MONTH),$(if $($(one)),$(shell echo $(one) | tr A-Z a-z)=$($(one)))) <$(or $(RULES),/dev/null)

deploy: build ## to Cloudflare; DRY_RUN=1 only shows and validates
	@exec $(TSX) tools/deploy.ts
