#!/usr/bin/env bash
# Puts what the gate needs beside it: by a lock with hashes, outside the checkout, and only what is not there yet.
# Tells the next step which Python to start.
set -euo pipefail

action=${GITHUB_ACTION_PATH:?}
lock=$action/action/requirements.lock
cd -- "${RUNNER_TEMP:?}"  # tools look for their settings where they are started: nothing of the checkout is here

python=${OPENNESS_GATE_PYTHON:-}
for name in python3 python; do
  [ -n "$python" ] || python=$(command -v "$name" || true)
done
if [ -z "$python" ] || ! "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "::error::openness-gate needs Python 3.10 or newer; set OPENNESS_GATE_PYTHON, or add a step with setup-python"
  exit 2
fi

if ! "$python" -I "$action/action/has.py" "$lock"; then
  id=$("$python" -I -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read() + sys.version.encode()).hexdigest()[:16])' "$lock")
  home=$RUNNER_TEMP/openness-gate-$id
  base=$python
  if command -v uv >/dev/null; then
    export UV_NO_CONFIG=1
    [ -d "$home" ] || uv venv --quiet --no-project --python "$base" "$home"
  elif "$base" -I -m pip --python "$base" --version >/dev/null 2>&1; then
    [ -d "$home" ] || "$base" -I -m venv --without-pip "$home"  # the pip that is there installs into it: half the time
  else
    [ -d "$home" ] || "$base" -I -m venv "$home"
    base=
  fi
  python=$home/bin/python
  [ -x "$python" ] || python=$home/Scripts/python.exe
  if ! "$python" -I "$action/action/has.py" "$lock"; then
    if command -v uv >/dev/null; then
      uv pip sync --quiet --require-hashes --python "$python" "$lock"
    else
      "${base:-$python}" -I -m pip --python "$python" --quiet --disable-pip-version-check install \
        --require-hashes --only-binary :all: --no-deps -r "$lock"
    fi
  fi
fi
echo "python=$python" >>"$GITHUB_OUTPUT"
