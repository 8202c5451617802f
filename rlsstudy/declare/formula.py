"""Formulas of models as plain text, parsed and never evaluated: ``irls ~ log(ferritin) + C(sex, ref='male') * age``.

What stands in a formula: names of variables, ``+ - : * ( )``, ``0`` and ``1`` for the intercept, and the functions

* ``log``, ``log2``, ``sqrt``, ``center``, ``scale`` of a number,
* ``poly(x, 2)`` and ``spline(x, 4)`` of a number, with the degree and the number of knots,
* ``C(x, ref='male')`` of levels or whole numbers, with the one that others are compared with.

``a * b`` is short for ``a + b + a:b``. Anything else is an error with its place. A formula is read and checked here, and fitted by
`rlsstudy.fit_formula`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rlsstudy.declare.formula_parts import Formula, Part, Step, Term
from rlsstudy.declare.formula_tokens import SHOWN, Token, tokens_of
from rlsstudy.errors import FormulaError, did_you_mean

DEEPEST = 20  # brackets within brackets
MOST_TERMS = 200
OF_NUMBERS = ("log", "log2", "sqrt", "center", "scale")
LAST = ("C", "poly", "spline")  # what they make is several columns, to which nothing more can be done
FUNCTIONS = (*OF_NUMBERS, "poly", "spline", "C")
__all__ = ["Formula", "Part", "Step", "parse_formula"]
_SETTINGS = {"poly": ("degree", 1, 5), "spline": ("knots", 3, 10)}


def parse_formula(text: str) -> Formula:
    """Read a formula. Nothing of it is ever executed.

    Parameters
    ----------
    text : str
        The formula, of at most 1,000 characters.

    Returns
    -------
    Formula
        Its outcome and its terms.

    Raises
    ------
    FormulaError
        Something in it is not part of formulas; ``.position`` is the character, from 1.

    Examples
    --------
    >>> formula = parse_formula("irls ~ log(ferritin) + age * C(sex, ref='male')")
    >>> [":".join(map(str, term)) for term in formula.terms]
    ['log(ferritin)', 'age', "C(sex, ref='male')", "age:C(sex, ref='male')"]
    """
    return _Parser(text, tokens_of(text)).formula()


class _Terms(dict[frozenset[Part], Term]):
    """Terms in the order in which they were written, each once, whatever the order of its parts."""

    def add(self, terms: Iterable[Term]) -> None:
        for term in terms:
            parts = tuple(dict.fromkeys(term))
            self.setdefault(frozenset(parts), parts)


class _Parser:
    """Reads the tokens of a formula, by one function for each kind of expression."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._intercept = True

    def formula(self) -> Formula:
        """Read ``outcome ~ terms``."""
        place = self._next.position
        outcome = self._part()
        if any(step.name in LAST for step in outcome.steps):
            raise FormulaError(
                f"at character {place}, the outcome is one number: no C, poly or spline.", place
            )
        self._expect("~", "an outcome and '~' come first, as in 'irls ~ age'")
        terms = self._sum(top=True)
        if self._next.kind != "end":
            raise self._unexpected("allowed here are + - : * and the end")
        if any(part.variable == outcome.variable for term in terms.values() for part in term):
            raise FormulaError(
                f"at character {place}, the outcome '{outcome.variable}' is also a term.", place
            )
        return Formula(self._text, outcome, tuple(terms.values()), self._intercept)

    def _sum(self, *, top: bool = False) -> _Terms:
        terms = _Terms()
        sign = self._take().text if self._sign in ("+", "-") else "+"
        while True:
            if self._next.kind == "number":
                self._set_intercept(sign, top=top)
            else:
                self._join(terms, sign)
            if self._sign not in ("+", "-"):
                return terms
            sign = self._take().text

    def _join(self, terms: _Terms, sign: str) -> None:
        place = self._next.position
        product = self._product()
        if sign == "+":
            terms.add(product.values())
        elif not product.keys() <= terms.keys():
            raise FormulaError(f"at character {place}, a term is taken away that is not there.", place)
        else:
            for key in product:
                del terms[key]
        self._limit(len(terms), place)

    def _set_intercept(self, sign: str, *, top: bool) -> None:
        number = self._take()
        if number.text not in ("0", "1") or not top:
            raise FormulaError(
                f"at character {number.position}, a number is no term; 0 and 1 stand for the intercept, outside of "
                "brackets.",
                number.position,
            )
        self._intercept = (number.text == "1") == (sign == "+")

    def _product(self) -> _Terms:
        return self._crossed("*", self._interaction)

    def _interaction(self) -> _Terms:
        return self._crossed(":", self._atom)

    def _crossed(self, operator: str, read: Callable[[], _Terms]) -> _Terms:
        """Read ``a * b`` or ``a : b``: every term of one side with every term of the other."""
        terms = read()
        while self._sign == operator:
            place = self._take().position
            others = read()
            self._limit((len(terms) + 1) * (len(others) + 1), place)
            both = _Terms() if operator == ":" else _Terms({**terms, **others})
            both.add((*one, *other) for one in terms.values() for other in others.values())
            terms = both
        return terms

    def _atom(self) -> _Terms:
        terms = _Terms()
        if self._sign == "(":
            self._open()
            terms = self._sum()
            self._close()
        else:
            terms.add([(self._part(),)])
        return terms

    def _part(self) -> Part:
        """Read a variable, or a function of one."""
        if self._next.kind != "name":
            raise self._unexpected("a variable, a function or ( is needed here")
        name = self._take()
        if self._sign != "(":
            return Part(name.text)
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS)
            raise FormulaError(
                f"at character {name.position}, '{name.text[:SHOWN]}' is no function of formulas.{hint}",
                name.position,
            )
        self._open()
        inner = self._part()
        step = self._settings(name)
        self._close()
        if inner.steps and (name.text == "C" or inner.steps[-1].name in LAST):
            raise FormulaError(
                f"at character {name.position}, {name.text}() cannot be of {inner.steps[-1].name}().",
                name.position,
            )
        return Part(inner.variable, (*inner.steps, step))

    def _settings(self, function: Token) -> Step:
        """Read what follows the variable in a function: ``, 2`` or ``, ref='male'``."""
        if self._sign != ",":
            return Step(function.text)
        self._take()
        if function.text == "C":
            self._expect("ref", "C() has ref='…', the level that others are compared with")
            self._expect("=", "C() has ref='…', the level that others are compared with")
            if self._next.kind not in ("text", "number"):
                raise self._unexpected("a level in quotes is needed here")
            return Step("C", reference=self._take().text)
        if function.text not in _SETTINGS:
            raise self._unexpected(f"{function.text}() is of one variable and nothing else", back=1)
        word, least, most = _SETTINGS[function.text]
        if self._next[:2] == ("name", word):
            self._take()
            self._expect(
                "=", f"write {function.text}(x, {least + 1}) or {function.text}(x, {word}={least + 1})"
            )
        number = self._next
        if number.kind != "number" or len(number.text) > 2 or not least <= int(number.text) <= most:
            raise self._unexpected(
                f"the {word} of {function.text}() is a whole number from {least} to {most}"
            )
        return Step(function.text, number=int(self._take().text))

    # --- tokens ---------------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _sign(self) -> str:
        return self._next.text if self._next.kind == "sign" else ""

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, text: str, allowed: str) -> None:
        if self._next.text != text or self._next.kind not in ("sign", "name"):
            raise self._unexpected(allowed)
        self._at += 1

    def _open(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            place = self._next.position
            raise FormulaError(f"at character {place}, brackets are nested more than {DEEPEST} deep.", place)
        self._expect("(", "( is needed here")

    def _close(self) -> None:
        self._expect(")", "allowed here are + - : * and )")
        self._depth -= 1

    def _limit(self, terms: int, place: int) -> None:
        if terms > MOST_TERMS:
            raise FormulaError(f"at character {place}, there are more than {MOST_TERMS} terms.", place)

    def _unexpected(self, allowed: str, *, back: int = 0) -> FormulaError:
        token = self._tokens[self._at - back]
        shown = "the formula ends" if token.kind == "end" else f"'{token.text[:SHOWN]}' cannot stand"
        if token.kind == "wrong":
            shown = f"{token.text!r} is not part of formulas"
            allowed = f"they are made of names of variables, + - : * ( ) 0 1 and {', '.join(FUNCTIONS)}"
        return FormulaError(f"at character {token.position}, {shown}; {allowed}.", token.position)
