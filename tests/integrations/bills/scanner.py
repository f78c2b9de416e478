"""A bank app's camera: draws the SVG of a QR code as a browser would, and reads it with ZXing."""

import re

import numpy
import zxingcpp

STEP = re.compile(r"([Mmh])(-?\d+)(?: (-?\d+)(?:\.5)?)?")
SCALE = 4
WHITE = 255


def scan(svg: str) -> str:
    """What the code says; fails if there is none that can be read."""
    (code,) = zxingcpp.read_barcodes(drawn(svg), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


def drawn(svg: str) -> "numpy.ndarray[tuple[int, int], numpy.dtype[numpy.uint8]]":
    """The picture in grey. The path goes row by row: M and m set the pen down, h draws one row of modules."""
    side = int(svg.partition('viewBox="0 0 ')[2].partition(" ")[0])
    picture = numpy.full((side, side), WHITE, numpy.uint8)
    x = y = 0
    for step, right, down in STEP.findall(svg.partition('stroke="#000" d="')[2].partition('"')[0]):
        if step == "h":
            picture[y, x : x + int(right)] = 0
        x = int(right) if step == "M" else x + int(right)
        y = int(down) if step == "M" else y + int(down or 0)
    return picture.repeat(SCALE, axis=0).repeat(SCALE, axis=1)
