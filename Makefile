# What you can ask for: `make up`, `make test`, `make bench`, `make bench-season`, `make format`,
# `make docs`, `make lock`.
# Python 3.11 or newer is needed; name another one with `make up PYTHON=python3.12`.

PYTHON ?= python3
ARGS ?=
VENV := .venv
PIP_INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
COMPILE_LOCK := $(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --quiet
CODE := $(wildcard events projections services tests bench)

# A virtual environment knows the folder it was made in, so the stamps carry that folder's name:
# after a move or a copy the environment is made anew.
EMPTY :=
HERE := $(subst $(EMPTY) $(EMPTY),_,$(subst /,_,$(CURDIR)))
RUNTIME := $(VENV)/runtime-in$(HERE)
DEVELOPMENT := $(VENV)/development-in$(HERE)

# An environment whose Python is gone (upgraded, removed) is made anew as well.
ifneq ($(shell $(VENV)/bin/python -c 'print("works")' 2>/dev/null),works)
.PHONY: $(RUNTIME)
endif

.PHONY: up test bench bench-season format docs lock

up: $(RUNTIME)
	@exec $(VENV)/bin/pitazo up $(ARGS)

# The tests start hundreds of processes: what these import is compiled once, not in each of them.
test: export PYTHONDONTWRITEBYTECODE :=

test: $(DEVELOPMENT)
	$(VENV)/bin/ruff format --check $(CODE)
	$(VENV)/bin/ruff check $(CODE)
	$(VENV)/bin/mypy --strict $(CODE)
	$(VENV)/bin/pytest -n auto --dist loadfile $(ARGS)

bench: $(DEVELOPMENT)
	@exec $(VENV)/bin/python -m bench $(ARGS)

bench-season: $(DEVELOPMENT)
	@exec $(VENV)/bin/python -m bench.whole_season $(ARGS)

format: $(DEVELOPMENT)
	$(VENV)/bin/ruff check --fix $(CODE)
	$(VENV)/bin/ruff format $(CODE)

docs: $(RUNTIME)
	$(VENV)/bin/python -m services.documents

lock: $(DEVELOPMENT)
	$(COMPILE_LOCK) --group build $(ARGS) -o requirements.lock
	$(COMPILE_LOCK) --group build --group dev -c requirements.lock $(ARGS) -o requirements-dev.lock

$(RUNTIME): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo '$(PYTHON) is missing or older than 3.11; install Python 3.11 or newer,' >&2; \
		echo 'or name one that you have: make $(firstword $(MAKECMDGOALS) up) PYTHON=python3.12' >&2; \
		exit 1; }
	@echo 'Installing what Pitazo needs into $(VENV).'
	@if [ -e $@ ] && $(VENV)/bin/python -c '' 2>/dev/null; then true; else \
		$(PYTHON) -m venv --clear $(VENV) || { \
		echo 'no virtual environment could be made; on Debian and Ubuntu: apt install python3-venv' >&2; \
		exit 1; }; fi
	@$(PIP_INSTALL) --only-binary :all: --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock
	@echo 'Installing what the tests need into $(VENV).'
	@$(PIP_INSTALL) --only-binary :all: --require-hashes -r requirements-dev.lock
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| command -v google-chrome >/dev/null || $(VENV)/bin/playwright install chromium
	@touch $@
