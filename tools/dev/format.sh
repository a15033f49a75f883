#!/usr/bin/env bash
# format.sh [--check]: all C and C++ by .clang-format, all examples and std by `weft fmt` where the tool is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
clang=(-i) fmt=()
[ "${1:-}" = --check ] && clang=(--dry-run --Werror) fmt=(--check)

git ls-files -- '*.cpp' '*.h' '*.c' | xargs -r clang-format-22 "${clang[@]}"
weft=${WEFT:-build/bin/weft}
if [ -x "$weft" ]; then
  git ls-files -- 'lib/std/*.weft' 'examples/*.weft' | xargs -r "$weft" fmt "${fmt[@]}"
fi
