"""A default reaches into pairs: what lies outside in one part is outside, though its number would be another element's.

RUN: %python %s
REQUIRES: weft
"""
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

TEXT = """axis H = 4, W = 5, K = 3
axis A, B
axis Px = H * W, Q = A * B
axis Deep = Px * K
morphism below (x: real[Px]) -> (y: real[H, W]) { y[i, j] = (x[(i + 1, j)] else 0) }
morphism convolved (x: real[Px], k: real[K, K]) -> (y: real[Px])
{
  y[(i, j)] = sum[a, b]((x[(i + a - 1, j + b - 1)] else -1) * k[a, b])
}
morphism open (x: real[Q], s: i64) -> (y: real[Q]) { y[(i, j)] = (x[(i - s, j + s)] else 7) }
morphism deep (x: real[Deep], t: i8) -> (y: real[H, W, K]) { y[i, j, k] = (x[((i, j - t), k + 1)] else 0) }
"""
random = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    source = Path(folder) / "pairs.weft"
    source.write_text(TEXT)
    program = Program(source)
    x, k = random.standard_normal(20).astype(np.float32), random.standard_normal((3, 3)).astype(np.float32)
    image, deep = x.reshape(4, 5), random.standard_normal(60).astype(np.float32)
    for way in (COMPILED, REFERENCE, COMPILED):
        shifted = np.vstack([image[1:], np.zeros((1, 5))])
        assert np.array_equal(program.run("below", {"x": x}, "y", way=way), shifted)
        around = np.pad(image, 1, constant_values=-1)
        expected = sum(around[a:a + 4, b:b + 5] * k[a, b] for a in range(3) for b in range(3))
        assert np.allclose(program.run("convolved", {"x": x, "k": k}, "y", way=way), expected.ravel(), atol=1e-5)
        for height, width in ((4, 5), (1, 20), (0, 3)):
            for step in (0, 1, -2, 2**62):
                values = random.standard_normal(height * width).astype(np.float32)
                wanted = np.full((height, width), 7, np.float32)
                for i in range(height):
                    for j in range(width):
                        if 0 <= i - step < height and 0 <= j + step < width:
                            wanted[i, j] = values.reshape(height, width)[i - step, j + step]
                found = program.run("open", {"x": values, "s": np.int64(step)}, "y", sizes={"A": height, "B": width}, way=way)
                assert np.array_equal(found, wanted.ravel()), (way, height, width, step)
        wanted = np.zeros((4, 5, 3), np.float32)
        wanted[:, 2:, :2] = deep.reshape(4, 5, 3)[:, :3, 1:]
        assert np.array_equal(program.run("deep", {"x": deep, "t": np.int8(2)}, "y", way=way), wanted)
print("fine")
