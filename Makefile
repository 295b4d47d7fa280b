# make demo: a whole city on http://127.0.0.1:8000.  make test: everything.  make check: what a change needs, in two minutes.
.PHONY: demo demo-reset test check fast lint ready proof pictures lock
.DEFAULT_GOAL := demo

# Where a container forbids Python to keep what it has compiled, every process would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
ON_BOTH := $(wildcard $(addprefix tests/,platform publication accounts registry credentials casework applications))
PYTEST := $(BIN)/pytest -n 2 --dist loadscope
PROVEN := $(addprefix tests/,clock policy catalog planner registry casework supervision fall packs) \
  tests/applications/test_any_upload.py tests/api/test_random_requests.py

demo:
	@scripts/setup.sh run
	@$(BIN)/tongban demo

demo-reset:
	@scripts/setup.sh run
	@$(BIN)/tongban demo --reset

ready:
	@scripts/setup.sh test

lint: ready
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src tests bench scripts
	@$(BIN)/lint-imports
	@$(BIN)/tongban check

check: ready
	@$(MAKE) --no-print-directory -j2 lint fast

fast: ready
	@$(PYTEST) -q -m "not slow and not browser and not story" --hypothesis-profile=quick

# What talks to the database runs on the system's PostgreSQL too; the whole suite runs on the embedded one.
test: lint
	@TONGBAN_TEST_POSTGRES=system $(PYTEST) -q -m "not slow and not browser" $(ON_BOTH)
	@$(PYTEST)

# The laws of the cores and of the store with ten times as many random examples, a city killed a hundred times, a
# month's bills on Spark (`pip install tongban[spark]`, with Java), bytes that follow what the code covers, and every
# mutant of the cores, as many as come to their turn in two hours.
proof: lint
	@scripts/setup.sh proof
	@nice -n 10 $(PYTEST) --hypothesis-profile=proof --timeout=7200 $(PROVEN)
	@nice -n 10 $(BIN)/python -m tests.fuzz --seconds 120
	@nice -n 10 $(BIN)/python -m tests.mutants.hunt --seconds 7200

pictures: ready
	@$(BIN)/python -m scripts.pictures

lock: ready
	@scripts/lock.sh
