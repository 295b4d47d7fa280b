#!/bin/sh
# scripts/setup.sh run|test|proof: makes .venv from the locked packages, and brings the system packages that a wheel cannot
# bring, where it may (root on Debian); otherwise says exactly what is missing. A second run does nothing.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

say() { printf '%s\n' "$*" >&2; }

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# bring PACKAGE…: the Debian packages, installed if we may.
bring() {
  if ! may_install; then
    say "缺少系统软件包 · Missing system packages: $*"
    say "请执行 · Run: sudo apt-get install $*"
    return 1
  fi
  say "安装系统软件包 · Installing system packages: $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@" >/dev/null; }
}

has_chinese_font() {
  find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" \
    -iname '*serif*cjk*' 2>/dev/null | grep -q .
}

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

has_postgres() {
  for bin in /usr/lib/postgresql/*/bin; do
    [ -x "$bin/initdb" ] && [ "$(basename "$(dirname "$bin")")" -ge 15 ] && return 0
  done
  return 1
}

# A Python ≥ 3.11 that can make virtual environments.
find_python() {
  for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

make_environment() {
  locks=requirements/run.txt
  [ "$what" = run ] || locks=requirements/dev.txt
  [ "$what" = proof ] && locks="$locks requirements/spark.txt"
  # shellcheck disable=SC2086 # a list of files
  key=$(cat $locks pyproject.toml | sha256sum | cut -c1-16)
  [ -e ".venv/.ready-$what-$key" ] && return 0
  if [ ! -x .venv/bin/python ]; then
    python=$(find_python) || { bring python3 python3-venv && python=$(find_python); } || {
      say '需要 Python 3.11 或更高版本及其 venv 模块 · Python 3.11 or later with its venv module is needed'
      exit 1
    }
    say '建立虚拟环境 · Making the virtual environment .venv'
    "$python" -m venv .venv
  fi
  say '安装锁定的软件包（首次约一分钟）· Installing the locked packages (a minute the first time)'
  pip=".venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps"
  for lock in $locks; do
    $pip --require-hashes -r "$lock"
  done
  $pip --no-build-isolation -e .
  rm -f .venv/.ready-"$what"-*
  touch ".venv/.ready-$what-$key"
}

make_environment
has_chinese_font || bring fonts-noto-cjk || say '没有中文字体，PDF 里的汉字会缺失 · Without it PDFs lack Chinese characters'
if [ "$what" != run ]; then
  missing=''
  [ "$what" = test ] || command -v java >/dev/null || missing="$missing default-jre-headless"
  has_chromium || missing="$missing chromium"
  command -v pdfsig >/dev/null || missing="$missing poppler-utils"
  has_postgres || missing="$missing postgresql"
  # shellcheck disable=SC2086 # a list of packages
  [ -z "$missing" ] || bring $missing
fi
