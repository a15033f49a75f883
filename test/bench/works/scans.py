"""Products in another semiring, recurrences, carries, and an automaton."""
import numpy as np
from peers import plain_c
from works import PROGRAMS, Program, Work, keeps, normal

FILE = PROGRAMS / "scans.weft"
ADDER = PROGRAMS.parent.parent / "examples" / "adder" / "adder.weft"


def jax_function(function, *names):
    def make(arrays, weights):
        import jax
        given = [jax.device_put(arrays[name]) for name in names]
        compiled = jax.jit(function)
        return keeps(lambda: compiled(*given).block_until_ready())
    return make


def min_plus(size=1024):
    def inputs():
        generator = np.random.default_rng(3)
        return {name: generator.random((size, size), dtype=np.float32) for name in "ab"}

    def exact(arrays, weights):
        a, b = (arrays[name].astype(np.float64) for name in "ab")
        return np.stack([(row[:, None] + b).min(0) for row in a])

    def by_rows(a, b):
        import jax
        return jax.lax.map(lambda row: (row[:, None] + b).min(0), a)

    return Work("min-plus", f"product of {size}³", Program("min_plus", FILE), inputs, exact,
                {"jax": jax_function(by_rows, "a", "b"), "plain C": lambda arrays, weights: plain_c(
                    "min_plus", [arrays["a"], arrays["b"]], np.empty((size, size), np.float32), [size])},
                2 * size ** 3, "add_min_gops", "GOP/s")


def recurrence(steps, channels):
    def inputs():
        generator = np.random.default_rng(3)
        return {"a": generator.random((steps, channels), dtype=np.float32), "b": normal(generator, steps, channels)}

    def exact(arrays, weights):
        a, h = arrays["a"].astype(np.float64), arrays["b"].astype(np.float64)
        for t in range(1, steps):
            h[t] += a[t] * h[t - 1]
        return h

    def numba_loop(arrays, weights):
        import numba

        @numba.njit(fastmath=True)
        def run(a, b, h):
            h[0] = b[0]
            for t in range(1, a.shape[0]):
                for c in range(a.shape[1]):
                    h[t, c] = a[t, c] * h[t - 1, c] + b[t, c]
            return h
        h = np.empty((steps, channels), np.float32)
        return keeps(lambda: run(arrays["a"], arrays["b"], h))

    return Work("recurrence", f"{steps}×{channels}", Program("recurrence", FILE), inputs, exact,
                {"numba": numba_loop, "plain C": lambda arrays, weights: plain_c(
                    "recurrence", [arrays["a"], arrays["b"]], np.empty((steps, channels), np.float32),
                    [steps, channels])}, 12 * steps * channels, "read_8m_gbs", "GB/s")


def selective(steps=2048, wide=64, inner=16):
    def inputs():
        generator = np.random.default_rng(3)
        return {"u": normal(generator, steps, wide), "delta": generator.random((steps, wide), dtype=np.float32),
                "b": normal(generator, steps, inner), "c": normal(generator, steps, inner),
                "rate": generator.random((wide, inner), dtype=np.float32)}

    def exact(arrays, weights):
        u, delta, b, c, rate = (array.astype(np.float64) for array in arrays.values())
        h, y = np.zeros((wide, inner)), np.empty((steps, wide))
        for t in range(steps):
            h = np.exp(-delta[t][:, None] * rate) * h + (delta[t] * u[t])[:, None] * b[t]
            y[t] = h @ c[t]
        return y

    def numba_loop(arrays, weights):
        import numba

        @numba.njit(fastmath=True)
        def run(u, delta, b, c, rate, y):
            h = np.zeros(rate.shape, np.float32)
            for t in range(u.shape[0]):
                for d in range(u.shape[1]):
                    total = np.float32(0)
                    for n in range(rate.shape[1]):
                        h[d, n] = np.exp(-delta[t, d] * rate[d, n]) * h[d, n] + delta[t, d] * b[t, n] * u[t, d]
                        total += c[t, n] * h[d, n]
                    y[t, d] = total
            return y
        y = np.empty((steps, wide), np.float32)
        return keeps(lambda: run(*arrays.values(), y))

    return Work("selective", f"state space {steps}×{wide}×{inner}", Program("selective", FILE), inputs, exact,
                {"numba": numba_loop, "plain C": lambda arrays, weights: plain_c(
                    "selective", [arrays[name] for name in ("u", "delta", "b", "c", "rate")],
                    np.empty((steps, wide), np.float32), [steps, wide, inner])}, 0, "")


def matrix_states(entry, text, steps, heads, wide=64):
    """A matrix as state: gates of each row and one head, or of each head."""
    by_row = entry == "gated"
    kept = (steps, wide) if by_row else (steps, heads, wide)

    def inputs():
        generator = np.random.default_rng(3)
        gates = (0.8 + 0.2 * generator.random((steps, wide if by_row else heads), dtype=np.float32)).astype(np.float32)
        query, key = normal(generator, steps, wide), normal(generator, steps, wide)
        names = ("q", "k", "g", "v") if by_row else ("c", "b", "decay", "x")
        return dict(zip(names, (query, key, gates, normal(generator, *kept))))

    def exact(arrays, weights):
        query, key, gates, value = (array.astype(np.float64) for array in arrays.values())
        gates, value = gates.reshape(steps, heads, -1, 1), value.reshape(steps, heads, wide)
        state, y = np.zeros((heads, wide, wide)), np.empty((steps, heads, wide))
        for t in range(steps):
            state = gates[t] * state + key[t][:, None] * value[t][:, None, :]
            y[t] = query[t] @ state
        return y.reshape(kept)

    def numba_loop(arrays, weights):
        import numba

        @numba.njit(fastmath=True)
        def run(query, key, gates, value, y):
            state = np.zeros((value.shape[1], key.shape[1], value.shape[2]), np.float32)
            for t in range(key.shape[0]):
                y[t] = 0
                for h in range(value.shape[1]):
                    for i in range(key.shape[1]):
                        gate = gates[t, h, i % gates.shape[2]]
                        for j in range(value.shape[2]):
                            state[h, i, j] = gate * state[h, i, j] + key[t, i] * value[t, h, j]
                            y[t, h, j] += query[t, i] * state[h, i, j]
            return y
        query, key, gates, value = arrays.values()
        y = np.empty(kept, np.float32)
        return keeps(lambda: run(query, key, gates.reshape(steps, heads, -1), value.reshape(steps, heads, wide),
                                 y.reshape(steps, heads, wide)).reshape(kept))

    return Work("states", text, Program(entry, FILE), inputs, exact,
                {"numba": numba_loop, "plain C": lambda arrays, weights: plain_c(
                    "matrix_states", list(arrays.values()), np.empty(kept, np.float32),
                    [steps, heads, wide, by_row])}, 4 * steps * heads * wide * wide, "fma_gflops", "GFLOP/s")


def carries(places=1_000_000):
    def inputs():
        generator = np.random.default_rng(3)
        return {name: generator.integers(0, 10, places) for name in "xy"}

    def exact(arrays, weights):
        digits, carry = [], 0
        for total in (arrays["x"] + arrays["y"]).tolist():
            carry, digit = divmod(total + carry, 10)
            digits.append(digit)
        return np.array(digits, dtype=np.int64)

    def numba_loop(arrays, weights):
        import numba

        @numba.njit
        def run(x, y, z):
            carry = 0
            for i in range(len(x)):
                total = x[i] + y[i] + carry
                carry = total // 10
                z[i] = total - 10 * carry
            return z
        z = np.empty(places, np.int64)
        return keeps(lambda: run(arrays["x"], arrays["y"], z))

    return Work("carry", "sum of numbers of 10⁶ digits", Program("add", ADDER), inputs, exact,
                {"numba": numba_loop, "plain C": lambda arrays, weights: plain_c(
                    "add_digits", [arrays["x"], arrays["y"]], np.empty(places, np.int64), [places])},
                24 * places, "read_8m_gbs", "GB/s")


def automaton(letters=10_000_000, states=16):
    def inputs():
        generator = np.random.default_rng(3)
        return {"text": generator.integers(0, 256, letters), "step": generator.integers(0, states, (256, states))}

    def exact(arrays, weights):
        state, step = 0, arrays["step"].tolist()
        for letter in arrays["text"].tolist():
            state = step[letter][state]
        return np.array(state)

    return Work("automaton", "16 states, 10⁷ letters", Program("read", FILE), inputs, exact,
                {"plain C": lambda arrays, weights: plain_c(
                    "automaton", [arrays["text"], arrays["step"]], np.empty((), np.int64), [letters, states])}, 0, "")


def works():
    yield min_plus()
    yield recurrence(4096, 256)
    yield recurrence(65536, 16)
    yield recurrence(1024, 1024)
    yield selective()
    yield matrix_states("gated", "gates of rows, 4096×64×64", 4096, 1)
    yield matrix_states("duality", "gates of 8 heads, 2048×64×64", 2048, 8)
    yield carries()
    yield automaton()
