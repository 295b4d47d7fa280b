#!/bin/sh
# Writes the .txt beside each .in file, those of requirements/ and the bench's peers': exact versions with hashes, for
# every platform, naming no index. The machine's own package settings are left out, so that the same lock comes out
# everywhere.
set -eu
cd "$(dirname "$0")/.."
for set in requirements/run requirements/dev requirements/spark bench/peers/requirements; do
  constraint=''
  case $set in requirements/dev | requirements/spark) constraint='--constraints requirements/run.txt' ;; esac
  # shellcheck disable=SC2086 # the constraint is two words or none
  env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_EXTRA_INDEX_URL -u UV_INDEX UV_NO_CONFIG=1 \
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --custom-compile-command 'make lock' $constraint "$@" \
    "$set.in" --output-file "$set.txt"
done
