"""silero-vad on recorded speech: the compiled network against ONNX Runtime, over at least 300 chunks.

RUN: %python-models %s %t weft
REQUIRES: weft, models
"""
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import onnxruntime

import convert

SPEECH = Path("/usr/share/pocketsphinx/test/data/librivox")
NEW, CONTEXT, STEPS = 512, 64, 320


def chunks():
    """Rows of 576 samples: the last 64 of the row before, then 512 new ones."""
    sound = []
    for path in sorted(SPEECH.glob("*.wav")):
        with wave.open(str(path)) as file:
            assert file.getframerate() == 16000 and file.getnchannels() == 1
            sound.append(np.frombuffer(file.readframes(file.getnframes()), "<i2"))
    samples = np.concatenate([np.zeros(CONTEXT, "<i2")] + sound).astype(np.float32) / 32768
    return np.stack([samples[NEW * i:NEW * i + NEW + CONTEXT] for i in range(STEPS)])


def expected(rows):
    session = onnxruntime.InferenceSession(str(convert.model_file()), providers=["CPUExecutionProvider"])
    state, speech = np.zeros((2, 1, 128), np.float32), []
    for row in rows:
        chance, state = session.run(None, {"input": row[None], "state": state, "sr": np.array(16000)})
        speech.append(chance[0, 0])
    return np.array(speech), state[:, 0]


def main():
    folder, weft = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    convert.safetensors_file.write(folder / "silero.safetensors", convert.renamed(convert.model_file()))
    rows = chunks()
    np.save(folder / "x.npy", rows)
    np.save(folder / "zero.npy", np.zeros(128, np.float32))
    program = Path(__file__).parent / "silero.weft"
    subprocess.run([weft, "run", program, "--weights", folder / "silero.safetensors", "--in", f"x={folder}/x.npy",
                    "--in", f"h={folder}/zero.npy", "--in", f"c={folder}/zero.npy",
                    "--out", f"speech={folder}/speech.npy", "--out", f"h_next={folder}/h.npy",
                    "--out", f"c_next={folder}/c.npy"], check=True)
    speech, state = expected(rows)
    found = np.load(folder / "speech.npy"), np.stack([np.load(folder / "h.npy"), np.load(folder / "c.npy")])
    # The cell's state has no bound; its error counts beside its size.
    apart = [np.abs(found[0] - speech).max(), np.abs(found[1] - state).max() / max(1, np.abs(state).max())]
    print(f"{len(rows)} chunks, {np.mean(speech > 0.5):.0%} speech; apart by {apart[0]:.1e}, the state {apart[1]:.1e}")
    return 0 if apart[0] <= 1e-5 and apart[1] <= 1e-5 else 1


if __name__ == "__main__":
    sys.exit(main())
