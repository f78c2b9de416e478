"""Draws what was meant against what was understood. A process of its own: it is large, and a server needs none of it.

python -m nlu.plot FILE    reads [[meant, understood], …] as JSON from standard input
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.metrics import ConfusionMatrixDisplay

INCHES_PER_INTENT = 0.35
SMALLEST = 5.0


def draw(pairs: Sequence[Sequence[str]], file: Path) -> None:
    """A square per pair of intents, darker the larger its share of what was meant. ValueError for an unknown format."""
    meant, understood = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    size = max(SMALLEST, INCHES_PER_INTENT * len({*meant, *understood}))
    figure, axes = plt.subplots(figsize=(size + 2, size))
    ConfusionMatrixDisplay.from_predictions(
        meant, understood, normalize="true", include_values=False, xticks_rotation="vertical", cmap="Blues", ax=axes
    )
    axes.set(xlabel="understood", ylabel="meant")
    figure.tight_layout()
    figure.savefig(file)


if __name__ == "__main__":
    draw(json.load(sys.stdin), Path(sys.argv[1]))
