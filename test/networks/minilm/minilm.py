"""MiniLM with its real weights, every token and the pooled vector, short and long sentences, against numpy in float64.

RUN: %python-models %s %t %root/examples/minilm
REQUIRES: weft, models
"""
import subprocess
import sys
from pathlib import Path

import minilm_float64
import numpy as np
import safetensors_file

folder, example = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(example))
import embed

SHORT = embed.PUBLISHED + ["Yes"]
LONG = " ".join(["Attention is computed between every two of the words of a sentence, however long it becomes."] * 12)


def run(entry, ids, output):
    np.save(folder / "token.npy", np.array(ids))
    subprocess.run(["weft", "run", example / "minilm.weft", "--entry", entry, "--weights", embed.weights(),
                    "--in", f"token={folder}/token.npy", "--out", f"{output}={folder}/out.npy"], check=True)
    return np.load(folder / "out.npy")


def main():
    folder.mkdir(parents=True, exist_ok=True)
    file = safetensors_file.read(embed.weights())
    reads, vectors, status = embed.tokenizer(), [], 0
    for sentence in SHORT + [LONG]:
        ids = reads.encode(sentence).ids
        tokens, pooled = minilm_float64.tokens(file, ids), minilm_float64.pooled(file, ids)
        vectors.append(run("minilm", ids, "y"))
        apart = np.abs(run("tokens", ids, "y") - tokens).max(), np.abs(vectors[-1] - pooled).max()
        print(f"{len(ids)} tokens: apart by {apart[0]:.1e}, pooled by {apart[1]:.1e}")
        status |= not (apart[0] <= 2e-5 and apart[1] <= 1e-6)
    cosines = [round(float(vectors[a] @ vectors[b]), 4) for a, b in ((0, 1), (0, 2), (1, 2))]
    print("cosines", cosines)
    return status or cosines != [0.6660, 0.1046, 0.1411]


if __name__ == "__main__":
    sys.exit(main())
