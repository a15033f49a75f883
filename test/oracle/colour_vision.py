"""Contrast as WCAG defines it, and colours as the three kinds of colour-blind people see them."""
import numpy

# Severity 1.0 of Machado, Oliveira and Fernandes (2009), on linear RGB.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    values = numpy.array([int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    weights = numpy.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted((float(weights @ linear(colour)) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    matrix = numpy.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ numpy.clip(rgb, 0, 1) / numpy.array([0.9505, 1.0, 1.089])
    f = numpy.where(xyz > 0.008856, numpy.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return numpy.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, deficiency=None):
    """How different two colours look, in Lab: about 2.3 is just noticed."""
    matrix = numpy.array(DEFICIENCIES[deficiency]) if deficiency else numpy.eye(3)
    return float(numpy.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))
