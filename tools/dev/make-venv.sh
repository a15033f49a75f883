#!/usr/bin/env bash
# make-venv.sh FOLDER REQUIREMENTS: a virtual environment with exactly what the file pins (nothing else: --no-deps), marked ready when complete.
set -euo pipefail
folder=$1 requirements=$2
[ -x "$folder/bin/python3" ] || python3 -m venv "$folder"
"$folder/bin/python3" -m pip install --quiet --no-deps --disable-pip-version-check -r "$requirements"
touch "$folder/.ready"
