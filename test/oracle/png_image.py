"""PNG files of eight bits a channel, as arrays of (height, width, 3) on a white ground."""
import struct
import zlib

import numpy as np


def undo(kind, line, above, step):
    """One line without its filter, by the PNG standard's section 9."""
    if kind == 0:
        return line
    if kind == 2:
        return line + above
    result = np.zeros(len(line) + step, np.uint8)
    upper = np.concatenate([np.zeros(step, np.uint8), above])
    if kind == 1:
        for channel in range(step):
            result[step + channel::step] = np.cumsum(line[channel::step], dtype=np.uint8)
        return result[step:]
    values, ups, out = line.tolist(), upper.tolist(), result.tolist()
    for i, value in enumerate(values):
        left, up, corner = out[i], ups[i + step], ups[i]
        if kind == 3:
            guess = (left + up) // 2
        else:
            base = left + up - corner
            near = [abs(base - left), abs(base - up), abs(base - corner)]
            guess = (left, up, corner)[near.index(min(near))]
        out[i + step] = (value + guess) & 255
    return np.array(out[step:], np.uint8)


def read(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG file"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", data[at + 8:at + 18])
        elif kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    channels = {2: 3, 6: 4}[colour]
    assert depth == 8, "eight bits a channel"
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    lines, above = [], np.zeros(width * channels, np.uint8)
    for line in raw:
        above = undo(line[0], line[1:], above, channels)
        lines.append(above)
    image = np.stack(lines).reshape(height, width, channels).astype(np.float64) / 255
    if channels == 4:
        image = image[..., :3] * image[..., 3:] + (1 - image[..., 3:])
    return image


def lab(image):
    """CIELAB of sRGB, by its definition."""
    linear = np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4)
    return lab_of_linear(linear)


def lab_of_linear(linear):
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    xyz /= np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def blocks(image, side):
    """The light of squares of `side` by `side` pixels, which is what an eye a little away sees."""
    height, width = (size // side * side for size in image.shape[:2])
    linear = np.where(image <= 0.04045, image / 12.92, ((image + 0.055) / 1.055) ** 2.4)
    return linear[:height, :width].reshape(height // side, side, width // side, side, 3).mean(axis=(1, 3))


def difference(one, other, side=4):
    """How far apart two pictures are to the eye: per square, the distance in CIELAB (2.3 is just noticed)."""
    return np.linalg.norm(lab_of_linear(blocks(one, side)) - lab_of_linear(blocks(other, side)), axis=-1)
