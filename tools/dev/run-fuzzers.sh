#!/usr/bin/env bash
# run-fuzzers.sh BUILD SECONDS [NAME…]: the fuzzers of BUILD, or those named, for SECONDS each, from the committed corpus.
# What it finds on the way stays in BUILD/fuzz/NAME, so that the next run goes on from there.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1 seconds=$2
shift 2
fuzzers=("$build"/bin/*-fuzzer)
[ $# -eq 0 ] || fuzzers=("${@/#/$build/bin/}") fuzzers=("${fuzzers[@]/%/-fuzzer}")
# LLVM's allocators poison their memory from headers that we compile, and unpoison it in a library that we do not.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:allow_user_poisoning=0

passed=0 failed=0
for fuzzer in "${fuzzers[@]}"; do
  [ -x "$fuzzer" ] || { echo "no fuzzer $fuzzer" >&2; exit 1; }
  name=$(basename "$fuzzer" -fuzzer)
  found="$build/fuzz/$name"
  mkdir -p "$found"
  if "$fuzzer" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=65536 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="$found-" "$found" "test/fuzz/$name" 2>"$found.log"; then
    passed=$((passed + 1))
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log") runs, clean"
  else
    failed=$((failed + 1))
    tail -40 "$found.log"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
