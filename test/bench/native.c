/* Loops around the C interfaces of the contestants, and the contestants that are plain C: what an engineer
 * writes in an hour and a good compiler makes of it. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds of `count` calls; negative when one failed. */

double repeat_weft(int (*call)(void *, const int64_t *, const void *const *, void *const *, void *, size_t),
                   void *context, const int64_t *sizes, const void *const *inputs, void *const *outputs,
                   void *scratch, size_t bytes, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; ++i)
    if (call(context, sizes, inputs, outputs, scratch, bytes))
      return -1;
  return now() - begin;
}

double repeat_onnxruntime(void *(*run)(void *, const void *, const char *const *, const void *const *, size_t,
                                       const char *const *, size_t, void **),
                          void *session, const void *options, const char *const *names,
                          const void *const *inputs, size_t input_count, const char *const *output_names,
                          void **outputs, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; ++i)
    if (run(session, options, names, inputs, input_count, output_names, 1, outputs))
      return -1;
  return now() - begin;
}

double repeat_openvino(int (*infer)(void *), void *request, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; ++i)
    if (infer(request))
      return -1;
  return now() - begin;
}

double repeat_plain(void (*body)(const void *const *, void *, const int64_t *), const void *const *inputs,
                    void *output, const int64_t *sizes, int64_t count) {
  double begin = now();
  for (int64_t i = 0; i < count; ++i)
    body(inputs, output, sizes);
  return now() - begin;
}

/* x[rows][64], w1[64][32], b1, w2[10][32], b2: relu between. */
void perceptron(const void *const *inputs, float *y, const int64_t *sizes) {
  const float *x = inputs[0], *w1 = inputs[1], *b1 = inputs[2], *w2 = inputs[3], *b2 = inputs[4];
  for (int64_t row = 0; row < sizes[0]; ++row) {
    float hidden[32];
    memcpy(hidden, b1, sizeof hidden);
    for (int i = 0; i < 64; ++i)
      for (int h = 0; h < 32; ++h)
        hidden[h] += w1[32 * i + h] * x[64 * row + i];
    for (int o = 0; o < 10; ++o) {
      float sum = b2[o];
      for (int h = 0; h < 32; ++h)
        sum += w2[32 * o + h] * (hidden[h] > 0 ? hidden[h] : 0);
      y[10 * row + o] = sum;
    }
  }
}

/* Edges sorted by target: first[node], source[edge]; x[node][64]. */
enum { width = 64 };
void segment_sum(const void *const *inputs, float *y, const int64_t *sizes) {
  const float *x = inputs[0];
  const int64_t *first = inputs[1], *source = inputs[2];
  for (int64_t v = 0; v < sizes[0]; ++v) {
    float sum[width] = {0};
    for (int64_t e = first[v]; e < first[v + 1]; ++e)
      for (int f = 0; f < width; ++f)
        sum[f] += x[width * source[e] + f];
    memcpy(y + width * v, sum, sizeof sum);
  }
}

void segment_max(const void *const *inputs, float *y, const int64_t *sizes) {
  const float *x = inputs[0];
  const int64_t *first = inputs[1], *source = inputs[2];
  for (int64_t v = 0; v < sizes[0]; ++v) {
    float most[width];
    for (int f = 0; f < width; ++f)
      most[f] = -INFINITY;
    for (int64_t e = first[v]; e < first[v + 1]; ++e)
      for (int f = 0; f < width; ++f) {
        float value = x[width * source[e] + f];
        most[f] = value > most[f] ? value : most[f];
      }
    memcpy(y + width * v, most, sizeof most);
  }
}

/* Edges in any order: a counting sort by target, then the sum. */
void sorted_segment_sum(const void *const *inputs, float *y, const int64_t *sizes) {
  const int64_t *source = inputs[1], *target = inputs[2];
  int64_t nodes = sizes[0], edges = sizes[1];
  int64_t *first = calloc(nodes + 2, sizeof *first), *sources = malloc(edges * sizeof *sources);
  for (int64_t e = 0; e < edges; ++e)
    ++first[target[e] + 2];
  for (int64_t v = 2; v < nodes + 2; ++v)
    first[v] += first[v - 1];
  for (int64_t e = 0; e < edges; ++e)
    sources[first[target[e] + 1]++] = source[e];
  const void *sorted[] = {inputs[0], first, sources};
  segment_sum(sorted, y, sizes);
  free(first);
  free(sources);
}

/* Shortest paths from node 0, in place, until nothing changes. */
void shortest_paths(const void *const *inputs, float *d, const int64_t *sizes) {
  const float *w = inputs[0];
  const int64_t *first = inputs[1], *source = inputs[2];
  for (int64_t v = 0; v < sizes[0]; ++v)
    d[v] = v ? INFINITY : 0;
  for (int changed = 1; changed;) {
    changed = 0;
    for (int64_t v = 0; v < sizes[0]; ++v) {
      float best = d[v];
      for (int64_t e = first[v]; e < first[v + 1]; ++e) {
        float way = d[source[e]] + w[e];
        best = way < best ? way : best;
      }
      changed |= best < d[v];
      d[v] = best;
    }
  }
}

/* a[n][n], b[n][n]: four rows and 64 columns at a time. */
void min_plus(const void *const *inputs, float *c, const int64_t *sizes) {
  const float *a = inputs[0], *b = inputs[1];
  int64_t n = sizes[0];
  for (int64_t column = 0; column < n; column += 64)
    for (int64_t row = 0; row < n; row += 4) {
      float best[4][64];
      for (int r = 0; r < 4; ++r)
        for (int q = 0; q < 64; ++q)
          best[r][q] = INFINITY;
      for (int64_t k = 0; k < n; ++k)
        for (int r = 0; r < 4; ++r)
          for (int q = 0; q < 64; ++q) {
            float sum = a[(row + r) * n + k] + b[k * n + column + q];
            best[r][q] = sum < best[r][q] ? sum : best[r][q];
          }
      for (int r = 0; r < 4; ++r)
        memcpy(c + (row + r) * n + column, best[r], sizeof best[r]);
    }
}

/* h[t] = a[t] h[t − 1] + b[t], of `sizes[1]` channels side by side. */
void recurrence(const void *const *inputs, float *h, const int64_t *sizes) {
  const float *a = inputs[0], *b = inputs[1];
  int64_t channels = sizes[1];
  memcpy(h, b, (size_t)channels * sizeof *h);
  for (int64_t t = 1; t < sizes[0]; ++t)
    for (int64_t c = 0; c < channels; ++c)
      h[t * channels + c] = a[t * channels + c] * h[(t - 1) * channels + c] + b[t * channels + c];
}

/* A state h[wide][inner] that decays and takes in at rates that depend on the step; y[t] reads it. */
void selective(const void *const *inputs, float *y, const int64_t *sizes) {
  const float *u = inputs[0], *delta = inputs[1], *b = inputs[2], *c = inputs[3], *rate = inputs[4];
  int64_t wide = sizes[1], inner = sizes[2];
  float *h = calloc((size_t)(wide * inner), sizeof *h);
  for (int64_t t = 0; t < sizes[0]; ++t)
    for (int64_t d = 0; d < wide; ++d) {
      float step = delta[t * wide + d], in = step * u[t * wide + d], sum = 0;
      for (int64_t n = 0; n < inner; ++n) {
        float *state = h + d * inner + n;
        *state = expf(-step * rate[d * inner + n]) * *state + in * b[t * inner + n];
        sum += c[t * inner + n] * *state;
      }
      y[t * wide + d] = sum;
    }
  free(h);
}

/* A state of `wide` × `wide` numbers for each head, with a gate for each row or each head; y[t] is a row by
 * it. */
void matrix_states(const void *const *inputs, float *y, const int64_t *sizes) {
  const float *query = inputs[0], *key = inputs[1], *gates = inputs[2], *value = inputs[3];
  int64_t heads = sizes[1], wide = sizes[2], by_row = sizes[3];
  float *states = calloc((size_t)(heads * wide * wide), sizeof *states);
  for (int64_t t = 0; t < sizes[0]; ++t)
    for (int64_t h = 0; h < heads; ++h) {
      float *restrict result = y + (t * heads + h) * wide;
      const float *in = value + (t * heads + h) * wide;
      memset(result, 0, (size_t)wide * sizeof *result);
      for (int64_t i = 0; i < wide; ++i) {
        float *restrict state = states + (h * wide + i) * wide;
        float gate = by_row ? gates[t * wide + i] : gates[t * heads + h];
        float k = key[t * wide + i], q = query[t * wide + i];
        for (int64_t j = 0; j < wide; ++j) {
          state[j] = gate * state[j] + k * in[j];
          result[j] += q * state[j];
        }
      }
    }
  free(states);
}

/* Digits of x + y, lowest first. */
void add_digits(const void *const *inputs, int64_t *z, const int64_t *sizes) {
  const int64_t *x = inputs[0], *y = inputs[1];
  int64_t carry = 0;
  for (int64_t i = 0; i < sizes[0]; ++i) {
    int64_t total = x[i] + y[i] + carry;
    carry = total > 9;
    z[i] = total - 10 * carry;
  }
}

/* The state that a text leads to: step[letter][state]. */
void automaton(const void *const *inputs, int64_t *state, const int64_t *sizes) {
  const int64_t *text = inputs[0], *step = inputs[1];
  int64_t now_in = 0;
  for (int64_t i = 0; i < sizes[0]; ++i)
    now_in = step[text[i] * sizes[1] + now_in];
  *state = now_in;
}
