"""Each public name says what it is for, what it takes, and shows itself at work."""

import inspect
import types

import pytest

import rlsstudy

PUBLIC = [name for name in rlsstudy.__all__ if not name.startswith("__")]


def docstring(name: str) -> str:
    return inspect.getdoc(getattr(rlsstudy, name)) or ""


def is_module(name: str) -> bool:
    """Tell whether a public name is a room: it needs a first line, but has no parameters and no one example."""
    return isinstance(getattr(rlsstudy, name), types.ModuleType)


def has_section(text: str, title: str) -> bool:
    """Tell whether a numpydoc section, underlined with dashes, is there."""
    return f"\n{title}\n{'-' * len(title)}\n" in f"{text}\n"


def parameters(public: object) -> list[str]:
    """List what a caller may give, in the order of the signature."""
    if isinstance(public, type) and issubclass(public, BaseException):
        return []
    return [name for name in inspect.signature(public).parameters if not name.startswith("_")]


def documented_names(text: str) -> set[str]:
    """Collect the names to the left of a colon in a numpydoc parameter list; one line may document several."""
    heads = [line.split(" : ")[0] for line in text.splitlines() if line and not line.startswith(" ")]
    return {name.strip().lstrip("*") for head in heads for name in head.split(",")}


def test_something_is_public():
    assert PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_first_line_is_a_sentence(name):
    first = docstring(name).partition("\n")[0]

    assert first.endswith(".")
    assert len(first) <= 110


@pytest.mark.parametrize("name", PUBLIC)
def test_docstring_has_an_example(name):
    assert is_module(name) or has_section(docstring(name), "Examples")
    assert is_module(name) or ">>> " in docstring(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_is_documented(name):
    expected = [] if is_module(name) else parameters(getattr(rlsstudy, name))

    assert [p for p in expected if p not in documented_names(docstring(name))] == []
