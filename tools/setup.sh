#!/bin/sh
# Creates .venv and installs one requirements file into it. Usage: PYTHON=python3 setup.sh FILE
set -eu
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Fillwise needs Python 3.11 or newer; '$python' is not. Set PYTHON=/path/to/python3.11." >&2
  exit 1
fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if [ ! -x .venv/bin/python ]; then
  if ! "$python" -m venv .venv 2>/dev/null; then
    # Debian keeps venv in a package of its own.
    echo "Installing the venv module"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    rm -rf .venv
    "$python" -m venv .venv
  fi
fi
echo "Installing $1 into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r "$1" 2>.venv/pip.log || {
  cat .venv/pip.log >&2
  exit 1
}
.venv/bin/python -m compileall -q -j 2 app.py config.py domain analytics data services components web pages || true
