# Every task that a person or CI runs; `make help` lists them. GNU make and a POSIX shell.
# The only tools taken for granted are python3 (3.11 or later), git and make; the rest is installed on first use.

PYTHON ?= python3
# Passed on: make run ARGS=--verbose, make test ARGS="-k keyring"
ARGS ?=
FUZZ_S ?= 60
# How often `make soak` connects, checks, copies and removes: by the window, and by the wizards with sign-in pages.
SOAK_WINDOW ?= 10000
SOAK_WIZARD ?= 150
# make installed-test SUITE=trixie: another release of Debian than this computer's
SUITE ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
AUDIT := $(VENV)/audit/.installed
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(UPGRADE)

# A D-Bus session and a home folder of their own, without a display: whatever the bus starts (a keyring, the
# accessibility service) stays away from yours.
IN_SESSION = scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	if [ "$$(uname)" = Linux ]; then bus="dbus-run-session --"; else bus=; fi && \
	env -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME HOME="$$scratch" QT_QPA_PLATFORM=offscreen $$bus

.DEFAULT_GOAL := help

.PHONY: messages help run test check format bench screenshots lock build clean setup setup-run debian-run debian-test \
	debian-build debian-installer debian-installed fuzz soak audit sbom installer installed-test reproduced

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: setup-run ## Set everything up, then start ADO Connect with the practice cloud
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY$$QT_QPA_PLATFORM" ]; then \
		echo "ADO Connect is installed, but it is a desktop application and this terminal has no desktop:"; \
		echo "neither DISPLAY nor WAYLAND_DISPLAY is set. Run 'make run' from a terminal on a desktop, or on a"; \
		echo "virtual one: install the package xvfb, then 'xvfb-run -a make run'."; \
		exit 1; \
	fi
	$(BIN)/ado-connect --practice $(ARGS)

test: setup ## Set everything up, then run the whole test suite
	@$(IN_SESSION) $(BIN)/python -m pytest $(ARGS)

check: $(INSTALLED) ## Lint, formatting, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(INSTALLED) ## Put the code into its one format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup ## Print the measurements: start-up, memory, responsiveness
	@$(IN_SESSION) $(BIN)/python -m pytest tests/bench -m bench -s -q $(ARGS)

screenshots: setup ## Draw every page in both colour schemes into build/screenshots
	@$(IN_SESSION) $(BIN)/python -m tests.bench.screenshots build/screenshots

fuzz: setup ## Fuzz the readers of files and answers for FUZZ_S seconds each (TARGET=name for one)
	@for target in $${TARGET:-$$($(BIN)/python -m tests.hostile.fuzz --list)}; do \
		echo "== $$target"; $(BIN)/python -m tests.hostile.fuzz $$target $(FUZZ_S) || exit 1; \
	done

soak: setup ## Connect, check, copy and remove SOAK_WINDOW times in one process; print what stays
	@export SOAK_WINDOW=$(SOAK_WINDOW) SOAK_WIZARD=$(SOAK_WIZARD) SOAK_POINTS=11; \
		$(IN_SESSION) $(BIN)/python -m pytest tests/soak -s -q $(ARGS)

audit: $(AUDIT) ## Ask whether anything that is shipped has a known vulnerability (needs the internet)
	@sh resources/packaging/audit.sh $(VENV)/audit/bin/pip-audit

sbom: $(INSTALLED) ## List everything that is shipped in build/sbom.cdx.json (CycloneDX)
	$(BIN)/python resources/packaging/sbom.py build/sbom.cdx.json

messages: $(INSTALLED) ## Collect the sentences to translate into resources/locale/ado-connect.pot
	$(BIN)/pybabel --quiet extract --omit-header --no-location --sort-output --keywords=_ --keywords=ngettext:1,2 \
		--output-file=resources/locale/ado-connect.pot desktop_app

lock: $(INSTALLED) ## Pin what pyproject.toml asks for (UPGRADE=--upgrade takes newer releases)
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group audit --output-file requirements-audit.lock

build: debian-build $(INSTALLED) ## Build the stand-alone program into dist/ado-connect
	$(BIN)/pyinstaller --noconfirm --log-level WARN build.spec

installer: debian-installer $(INSTALLED) ## Build what people install into dist/, and print its size and start-up time
	$(BIN)/python -m resources.packaging.installer
	@if [ "$$(uname)" = Linux ]; then \
		$(IN_SESSION) $(BIN)/python -m pytest tests/bench/test_installed_start.py -m bench -s -q $(ARGS); \
	fi

installed-test: debian-installed $(INSTALLED) ## Install, use, upgrade and purge dist/*.deb in a clean Debian (as root)
	$(BIN)/python -m tests.e2e.installed $$(ls dist/ado-connect_*.deb) $(SUITE)

reproduced: debian-installer $(INSTALLED) ## Build the last commit anew elsewhere, and compare with what is in dist/
	@sh resources/packaging/reproduced.sh

clean: ## Remove everything that was built or installed here
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find desktop_app tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup: debian-test $(INSTALLED) ## Set up for the tests, without running them

setup-run: debian-run $(INSTALLED)

debian-run:
	@sh resources/packaging/debian-packages.sh run

debian-test:
	@sh resources/packaging/debian-packages.sh test

debian-build:
	@sh resources/packaging/debian-packages.sh build

debian-installer:
	@sh resources/packaging/debian-packages.sh installer

debian-installed:
	@sh resources/packaging/debian-packages.sh installed

# Up to date while neither the lock nor the project's own description has changed since.
$(INSTALLED): requirements-dev.lock pyproject.toml | debian-run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ADO Connect needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# In an environment of its own, so that the auditor's packages are no part of what is tested.
$(AUDIT): requirements-audit.lock $(INSTALLED)
	@$(PYTHON) -m venv --clear $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@
