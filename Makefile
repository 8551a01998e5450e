# What a person types here, each in one word; `make help` lists them. Everything lands in .venv, nothing outside this folder is touched.
# PYTHON=/path/to/python names the Python to use; without it the first that is new enough is taken.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
OUT := .
ARGS :=

# An editable install is compiled where it lies: without byte code it would be compiled again at every start.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test coverage check format page bench neo4j clean

help: ## what there is to type
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.package ## install into .venv and make the demo page (OUT=folder; by default here)
	@$(BIN)/twinnet demo --out "$(OUT)"

test: $(VENV)/.test ## run the tests (ARGS='-k text' for a part)
	@$(if $(ARGS),true,$(call node,tested,test))
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),--numprocesses auto --dist loadfile)

coverage: $(VENV)/.test ## run the tests and measure what they cover, which takes twice as long; below 90 % it fails
	@$(BIN)/python -m pytest --cov --cov-report=term $(if $(ARGS),$(ARGS),--numprocesses auto --dist loadfile)

check: $(VENV)/.check ## ruff, format, types and import layers, as they must be before a commit
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Some files are not formatted; 'make format' does it." >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log >&2; exit 1; }
	@echo "ruff, format, mypy and lint-imports have nothing to say."
	@$(call node,checked,check)

format: $(VENV)/.check ## put the code in its form
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

page: node_modules/.package-lock.json ## bundle the page's script and style after a change to them (needs node)
	@npm run --silent bundle

bench: $(VENV)/.bench ## print the figures of benchmarks/
	@if [ -f benchmarks/__main__.py ]; then $(BIN)/python -m benchmarks $(ARGS); else \
	  for script in benchmarks/[!_]*.py; do \
	    [ -f "$$script" ] || { echo "There are no benchmarks yet." >&2; exit 1; }; \
	    echo "== $$script"; $(BIN)/python "$$script" $(ARGS) || exit 1; \
	  done; fi

neo4j: $(VENV)/.package ## run a Neo4j of your own until Ctrl+C (Java 17 or 21, Maven; data in .neo4j; ARGS='--port 7688 --password')
	@$(BIN)/python scripts/neo4j run $(ARGS)

clean: ## remove the environment and all else that these commands made
	@rm -rf $(VENV) node_modules build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -f demo.html demo.xlsx demo.twinnet demo.twinnet.report.csv
	@find twinnet tests examples benchmarks scripts -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# $(call node,done,script): what package.json has for the page's script, with one line for its outcome. A machine without
# node says so and goes on, for Python needs none of it; in continuous integration it must be there.
define node
if node -e 'const [a, b] = process.versions.node.split("."); process.exit(Number(+a < 18 || (+a === 18 && +b < 18)))' >/dev/null 2>&1 \
    && npm --version >/dev/null 2>&1 && $(MAKE) --silent --no-print-directory node_modules/.package-lock.json; then \
  npm run --silent $(2) >$(VENV)/page.log 2>&1 || { cat $(VENV)/page.log >&2; exit 1; }; \
  echo "The page's script is $(1), with nothing to say."; \
else \
  echo "The page's script is not $(1): that needs node 18.18 or newer, npm, and the packages that package.json names."; [ -z "$$CI" ]; \
fi
endef

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@echo "Installing what the page's script is checked and bundled with into node_modules"
	@npm ci --loglevel=error >/dev/null
	@touch $@

# A candidate is run, not just looked for: a name on the PATH may be a shim without a Python behind it.
$(BIN)/python:
	@found=; bare=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)") python3.13 python3.12 python3.11 python3 python; do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$candidate; break; fi; \
	  bare=$${bare:-$$candidate}; \
	done; \
	if [ -z "$$found" ]; then \
	  if [ -n "$$bare" ]; then echo "$$bare is new enough, but its venv module is not installed." >&2; \
	  else echo "No Python 3.11 or newer was found." >&2; fi; \
	  echo "Debian, Ubuntu:  sudo apt install python3 python3-venv" >&2; \
	  echo "Fedora:          sudo dnf install python3" >&2; \
	  echo "macOS:           brew install python" >&2; \
	  echo "One that is elsewhere: make demo PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# The install is editable, so a changed source needs no new one; a changed pyproject.toml does.
$(VENV)/.package: pyproject.toml | $(BIN)/python
	@echo "Installing twinnet into $(VENV) (the first time takes a minute or two)"
	@$(PIP) --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.pip: | $(BIN)/python
	@$(PIP) --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(PIP) install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.pip
	@echo "Installing twinnet and what its tests need into $(VENV)"
	@$(PIP) install --quiet --editable . --group test
	@touch $@ $(VENV)/.package

# With the compiled loops, and what is measured beside: the ratios that the pages give need both.
$(VENV)/.bench: pyproject.toml $(VENV)/.pip
	@echo "Installing twinnet and what its benchmarks need into $(VENV)"
	@$(PIP) install --quiet --editable '.[fast]' --group test --group bench
	@touch $@ $(VENV)/.package $(VENV)/.test

$(VENV)/.check: pyproject.toml $(VENV)/.pip
	@echo "Installing twinnet and what checks it into $(VENV)"
	@$(PIP) install --quiet --editable . --group check
	@touch $@ $(VENV)/.package
