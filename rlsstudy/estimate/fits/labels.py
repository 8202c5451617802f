"""Labels that tell which rows belong together: whether they can, and each label's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import ArrayLike, NDArray

    Places = NDArray[np.intp]


def label_array(labels: ArrayLike) -> NDArray[Any]:
    """Return labels as an array in which a gap among texts stays a gap, and a number a number."""
    values = np.asarray(labels)
    if values.dtype.kind in "US" and not hasattr(labels, "dtype"):
        return np.asarray(labels, dtype=object)
    return values


def label_fault(labels: NDArray[Any], n: int, called: str = "clusters") -> str:
    """Say what is wrong with the labels of n rows; nothing where they tell which rows belong together."""
    if labels.shape != (n,):
        return (
            f"{called} has shape {labels.shape} and there are {n} rows. "
            "Allowed: one label for each row, in the same order."
        )
    if missing := int(_missing(labels).sum()):
        return f"{called} has {missing} missing of {n} values. Take these rows out, and count them, before the fit."
    if labels.dtype == object and len({isinstance(label, str) for label in labels.tolist()}) > 1:
        return f"{called} mixes texts with other values. Allowed: texts only or numbers only."
    return ""


def _missing(labels: NDArray[Any]) -> NDArray[np.bool_]:
    if labels.dtype.kind in "fcmM":
        return np.asarray(labels != labels)
    if labels.dtype == object:
        return np.fromiter((_is_missing(label) for label in labels), bool, len(labels))
    return np.zeros(len(labels), dtype=bool)


def _is_missing(label: object) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)
    except TypeError:  # pandas.NA is neither true nor false
        return True


def numbered(labels: NDArray[Any]) -> tuple[Places, NDArray[Any]]:
    """Return a number for each label, in the order in which they first come, and each label once."""
    number: dict[Hashable, int] = {}
    codes = np.fromiter((number.setdefault(label, len(number)) for label in labels), np.intp, len(labels))
    names = np.empty(len(number), dtype=object)
    names[:] = list(number)
    return codes, names
