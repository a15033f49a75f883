#!/usr/bin/env python3
"""Trains the 64-32-10 network of digits.weft with numpy alone, and writes what the demo needs beside this file.

Data: the 1,797 handwritten digits of scikit-learn (8 by 8 pixels, 0 to 16), split by label into 1,437 and 360.
Writes digits.safetensors, test-images.npy (f32, 0 to 1) and test-labels.npy. The seed is fixed: the same files again.

    python3 -m venv .venv-train && .venv-train/bin/pip install -r examples/digits/train-requirements.txt
    .venv-train/bin/python3 examples/digits/train.py
"""
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "test" / "oracle"))
import safetensors_file

SEED, EPOCHS, BATCH, RATE, DECAY = 7, 60, 32, 2e-3, 1e-4


def forward(w, x):
    hidden = np.maximum(x @ w["hidden.W"].T + w["hidden.b"], 0)
    return hidden, hidden @ w["read_out.W"].T + w["read_out.b"]


def gradients(w, x, labels):
    """Of the mean cross entropy of a batch."""
    hidden, logits = forward(w, x)
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    chances[np.arange(len(labels)), labels] -= 1
    chances /= len(labels)
    before = (chances @ w["read_out.W"]) * (hidden > 0)
    return {"hidden.W": before.T @ x, "hidden.b": before.sum(0),
            "read_out.W": chances.T @ hidden, "read_out.b": chances.sum(0)}


def train(x, labels, random):
    w = {"hidden.W": random.normal(0, np.sqrt(2 / 64), (32, 64)), "hidden.b": np.zeros(32),
         "read_out.W": random.normal(0, np.sqrt(2 / 32), (10, 32)), "read_out.b": np.zeros(10)}
    first = {name: np.zeros_like(value) for name, value in w.items()}
    second = {name: np.zeros_like(value) for name, value in w.items()}
    step = 0
    for _ in range(EPOCHS):
        order = random.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start:start + BATCH]
            step += 1
            for name, slope in gradients(w, x[batch], labels[batch]).items():
                # Adam, with the weights pulled towards zero.
                first[name] += 0.1 * (slope - first[name])
                second[name] += 0.001 * (slope ** 2 - second[name])
                scaled = np.sqrt(second[name] / (1 - 0.999 ** step)) + 1e-8
                w[name] -= RATE * (first[name] / (1 - 0.9 ** step) / scaled + DECAY * w[name])
    return {name: value.astype(np.float32) for name, value in w.items()}


def main():
    digits = load_digits()
    images = (digits.data / 16).astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(images, digits.target, test_size=360, random_state=SEED,
                                                        stratify=digits.target)
    weights = train(train_x.astype(np.float64), train_y, np.random.default_rng(SEED))
    right = (forward(weights, test_x)[1].argmax(1) == test_y).sum()
    print(f"{right} of {len(test_y)} test images right")
    safetensors_file.write(HERE / "digits.safetensors", weights)
    np.save(HERE / "test-images.npy", test_x)
    np.save(HERE / "test-labels.npy", test_y.astype(np.int64))


if __name__ == "__main__":
    main()
