# make demo: a whole city on http://127.0.0.1:8000.  make test: everything.  make check: what a change needs, in two minutes.
.PHONY: demo demo-reset test check lint proof pictures lock
.DEFAULT_GOAL := demo

BIN := .venv/bin
ON_BOTH := $(wildcard $(addprefix tests/,platform publication accounts registry credentials casework applications))
PYTEST := $(BIN)/pytest -n 2 --dist loadscope
PROVEN := $(addprefix tests/,clock catalog planner registry casework supervision)

demo:
	@scripts/setup.sh run
	@$(BIN)/tongban demo

demo-reset:
	@scripts/setup.sh run
	@$(BIN)/tongban demo --reset

lint:
	@scripts/setup.sh test
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src tests bench scripts
	@$(BIN)/lint-imports
	@$(BIN)/tongban check

check: lint
	@$(PYTEST) -q -m "not slow and not browser and not story" --hypothesis-profile=quick

# What talks to the database runs on the system's PostgreSQL too; the whole suite runs on the embedded one.
test: lint
	@TONGBAN_TEST_POSTGRES=system $(PYTEST) -q -m "not slow and not browser" $(ON_BOTH)
	@$(PYTEST)

# The laws of the cores and of the store with fifty times as many random examples, and a city killed a hundred times.
proof: lint
	@nice -n 10 $(PYTEST) --hypothesis-profile=proof --timeout=7200 $(PROVEN)

pictures:
	@scripts/setup.sh test
	@$(BIN)/python -m scripts.pictures

lock:
	@scripts/setup.sh test
	@scripts/lock.sh
