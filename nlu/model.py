"""What training leaves behind, as one file of plain arrays. Nothing in it is executed when it is read."""

import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.decision import Judge
from nlu.intents import Intents
from nlu.spelling import Marks

NAMES = "names"
_GENERAL = "general "


class Damaged(Exception):
    """The model file is incomplete or not a model."""


@dataclass(frozen=True)
class Model:
    """`general` has the words of each language's dictionary, and under NAMES those that all of them share."""

    intents: Intents
    judge: Judge
    general: Mapping[str, Marks]


def save_model(model: Model, path: Path) -> None:
    """The model is under `path` whole or not at all, whoever else writes there at the same time."""
    intents, judge = model.intents, model.judge
    arrays: dict[str, NDArray[Any]] = {
        "names": _packed(intents.names),
        "features": _packed(tuple(intents.places)),
        "shares": intents.shares,
        "weights": intents.weights,
        "bias": intents.bias,
        "sharpness": np.array(intents.sharpness),
        "foreign": judge.foreign,
        "right": judge.right,
        "limits": np.array([judge.refuse_from, judge.answer_from]),
    }
    arrays |= {_GENERAL + language: words for language, words in model.general.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def load_model(path: Path) -> Model:
    """The model under `path`. FileNotFoundError where there is none, Damaged where it cannot be used."""
    try:
        # A file opened here is closed here; numpy leaves one open that turns out damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            intents = Intents(
                names=_unpacked(arrays["names"]),
                places={feature: place for place, feature in enumerate(_unpacked(arrays["features"]))},
                shares=arrays["shares"],
                weights=arrays["weights"],
                bias=arrays["bias"],
                sharpness=float(arrays["sharpness"]),
            )
            refuse_from, answer_from = arrays["limits"].tolist()
            judge = Judge(arrays["foreign"], arrays["right"], refuse_from, answer_from)
            general = {name.removeprefix(_GENERAL): arrays[name] for name in arrays if name.startswith(_GENERAL)}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise Damaged(path.name) from error
    if intents.weights.shape != (len(intents.places), len(intents.names)):
        raise Damaged(path.name)
    return Model(intents, judge, general)


def _packed(words: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\n"))
