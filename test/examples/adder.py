"""The adder against Python's integers: sums of up to a hundred thousand digits, products of a thousand.

RUN: %python %s %root/examples/adder/adder.weft
RUN: weft check %root/examples/adder/adder.weft
RUN: weft emit --stage network %root/examples/adder/adder.weft | FileCheck %s
REQUIRES: weft
CHECK: @carry_of {{.*}}associative = "proved by enumeration"{{.*}}commutative = "refuted"{{.*}}unit = "proved
"""
import random
import sys

import numpy as np
import weft_runs

random.seed(5)
sys.set_int_max_str_digits(0)
program = weft_runs.Program(sys.argv[1])


def digits(number, length):
    """Lowest first."""
    text = str(number).zfill(length) if length else ""
    return np.array([int(digit) for digit in reversed(text)], np.int64)


def any_of(length):
    return random.randrange(10 ** length)


def add(a, b, length, ways):
    carry, rest = divmod(a + b, 10 ** length)
    program.equal("add", {"x": digits(a, length), "y": digits(b, length)},
                  {"z": digits(rest, length), "carry_out": carry == 1}, ways=ways)


def multiply(a, b, left, right, ways):
    program.equal("multiply", {"x": digits(a, left), "y": digits(b, right)},
                  {"z": digits(a * b, left + right), "left_over": 0}, ways=ways)


BOTH, COMPILED = (weft_runs.COMPILED, weft_runs.REFERENCE), (weft_runs.COMPILED,)
for length in (64, 0, 1, 7, 1_000, 100_000):
    # The reference takes the prefixes one by one.
    ways = BOTH if length <= 1_000 else COMPILED
    add(any_of(length), any_of(length), length, ways)
    if length:
        add(10 ** length - 1, 1, length, ways)
for left, right in ((7, 64), (0, 0), (0, 3), (1, 1), (64, 7)):
    multiply(any_of(left), any_of(right), left, right, BOTH)
for a in (any_of(1_000), 10 ** 1_000 - 1):
    multiply(a, 10 ** 1_000 - 1, 1_000, 1_000, COMPILED)
program.refused("add", {"x": np.array([10]), "y": np.array([0])}, "z", "index.range", ways=BOTH)
