# Everything runs in .venv, which .ci/prepare makes on first use, and again when a lock changes.
PYTHON := .venv/bin/python
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help run chat test check lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

run: ## start the server with the citizen's page; the address is printed
	@.ci/prepare run
	@.venv/bin/komshi serve

chat: ## talk to the assistant in this terminal
	@.ci/prepare run
	@.venv/bin/komshi chat

test: ## run all tests, on SQLite and PostgreSQL and in a real browser
	@.ci/prepare test
	@$(PYTHON) -m pytest -rs

check: ## format, lint, types, floor plan, words in every language
	@.ci/prepare check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m locales.completeness

lock: ## write the locks again after a change of pyproject.toml (needs uv)
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) --group test --constraint requirements.lock --output-file tests/requirements.lock

clean: ## remove .venv and every cache; what citizens wrote (var/) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
