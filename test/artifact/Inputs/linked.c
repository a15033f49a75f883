/* Two networks in one program, as C99 and as C++17. */
#include "rows.h"
#include "total.h"

#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what, const char *message) {
  fprintf(stderr, "%s: %s\n", what, message);
  return 1;
}

int main(void) {
  rows_context *rows;
  total_context *total;
  if (rows_create(&rows, rows_abi_version) || total_create(&total, total_abi_version))
    return fail("create", "no context");

  const float weights[6] = {1, 2, 3, 4, 5, 6}, x[6] = {1, 0, 1, 0, 1, 0};
  float y[4], chosen[3];
  int64_t pick = 1;
  rows_sizes sizes;
  sizes.Row = 2;
  rows_inputs inputs = {x, &pick};
  rows_outputs outputs = {y, chosen};
  if (rows_bind_weight(rows, "W", weights, sizeof weights))
    return fail("rows", rows_last_error(rows));
  size_t bytes = rows_scratch_size(rows, &sizes);
  void *scratch = malloc(bytes);
  if (rows_call(rows, &sizes, &inputs, &outputs, scratch, bytes))
    return fail("rows", rows_last_error(rows));
  printf("y = %g %g %g %g, chosen = %g %g %g\n", y[0], y[1], y[2], y[3], chosen[0], chosen[1], chosen[2]);

  const int32_t count[4] = {1, 2, 3, 4}, wrong[4] = {1, 2, -3, 4};
  int32_t sum_of;
  total_sizes no_sizes = {0};
  total_inputs counts = {count}, wrong_counts = {wrong};
  total_outputs sums = {&sum_of};
  size_t total_bytes = total_scratch_size(total, &no_sizes);
  void *total_scratch = malloc(total_bytes);
  if (total_call(total, &no_sizes, &counts, &sums, total_scratch, total_bytes))
    return fail("total", total_last_error(total));
  printf("sum = %d\n", (int)sum_of);
  int status = total_call(total, &no_sizes, &wrong_counts, &sums, total_scratch, total_bytes);
  printf("%d %s: %s\n", status == WEFT_CONTRACT_REQUIRES, total_status_text(status), total_last_error(total));

  rows_destroy(rows);
  total_destroy(total);
  free(scratch);
  free(total_scratch);
  return 0;
}
