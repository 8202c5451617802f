"""A formula is read as what it says, or refused with its place; nothing of it is ever run."""

import itertools
import sys

import pytest

from rlsstudy.declare.formula import Part, Step, parse_formula
from rlsstudy.errors import DeclarationError, FormulaError


def terms(text):
    return [":".join(map(str, term)) for term in parse_formula(text).terms]


def message(text):
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    return str(caught.value), caught.value.position


def test_a_formula_has_an_outcome_terms_and_an_intercept():
    formula = parse_formula("log(irls) ~ age + scale(log2(ferritin))")

    assert formula.outcome == Part("irls", (Step("log"),))
    assert formula.terms == ((Part("age"),), (Part("ferritin", (Step("log2"), Step("scale"))),))
    assert formula.intercept
    assert [part.variable for part in formula.parts] == ["irls", "age", "ferritin"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("y ~ a * b", ["a", "b", "a:b"]),
        ("y ~ a:b:c", ["a:b:c"]),
        ("y ~ a + b:c * d", ["a", "b:c", "d", "b:c:d"]),
        ("y ~ (a + b) * c", ["a", "b", "c", "a:c", "b:c"]),
        ("y ~ (a + b):(a + c)", ["a", "a:c", "b:a", "b:c"]),
        ("y ~ a * b - a:b", ["a", "b"]),
        ("y ~ a + a + b:a + a:b", ["a", "b:a"]),
        ("y ~ poly(a, 3) + spline(b, knots=4)", ["poly(a, 3)", "spline(b, 4)"]),
        ('y ~ C(sex, ref="male") + C(n, ref=2) + C(z)', ["C(sex, ref='male')", "C(n, ref='2')", "C(z)"]),
        ("\n y\t~\n1 ", []),
    ],
)
def test_terms_are_written_out(text, written):
    assert terms(text) == written


@pytest.mark.parametrize(
    ("text", "intercept"),
    [("y ~ 0 + a", False), ("y ~ a - 1", False), ("y ~ -1 + a", False), ("y ~ 1 + a", True)],
)
def test_the_intercept_is_taken_away_by_0_or_minus_1(text, intercept):
    assert parse_formula(text).intercept is intercept


@pytest.mark.parametrize(
    ("text", "said", "position"),
    [
        (
            "irls ~ {age}",
            "at character 8, '{' is not part of formulas; they are made of names of variables, + - : * ( ) 0 1 and "
            "log, log2, sqrt, center, scale, poly, spline, C.",
            8,
        ),
        (
            "irls ~ age + __import__('os')",
            "at character 14, '__import__' is no function of formulas. "
            "Allowed: log, log2, sqrt, center, scale, poly, spline, C.",
            14,
        ),
        ("y ~ logg(a)", "at character 5, 'logg' is no function of formulas. Did you mean 'log'?", 5),
        ("y", "at character 2, the formula ends; an outcome and '~' come first, as in 'irls ~ age'.", 2),
        ("y ~", "at character 4, the formula ends; a variable, a function or ( is needed here.", 4),
        ("~ a", "at character 1, '~' cannot stand; a variable, a function or ( is needed here.", 1),
        ("y ~ a b", "at character 7, 'b' cannot stand; allowed here are + - : * and the end.", 7),
        ("y ~ a ~ b", "at character 7, '~' cannot stand; allowed here are + - : * and the end.", 7),
        ("y ~ (a", "at character 7, the formula ends; allowed here are + - : * and ).", 7),
        ("y ~ 'a'", "at character 5, 'a' cannot stand; a variable, a function or ( is needed here.", 5),
        ("y ~ 2 + a", "at character 5, a number is no term; 0 and 1 stand for the intercept, outside of brackets.", 5),
        ("y ~ (0 + a)", "at character 6, a number is no term; 0 and 1 stand for the intercept, outside of brackets.", 6),
        ("y ~ a - b", "at character 9, a term is taken away that is not there.", 9),
        ("y ~ a + log(y)", "at character 1, the outcome 'y' is also a term.", 1),
        ("poly(y, 2) ~ a", "at character 1, the outcome is one number: no C, poly or spline.", 1),
        ("y ~ log(poly(a, 2))", "at character 5, log() cannot be of poly().", 5),
        ("y ~ C(log(a))", "at character 5, C() cannot be of log().", 5),
        ("y ~ log(a, 2)", "at character 10, ',' cannot stand; log() is of one variable and nothing else.", 10),
        ("y ~ poly(a, 9)", "at character 13, '9' cannot stand; the degree of poly() is a whole number from 1 to 5.", 13),
        ("y ~ C(a, base=2)", "at character 10, 'base' cannot stand; C() has ref='…', the level that others are compared with.", 10),
        ("y ~ C(a, ref=b)", "at character 14, 'b' cannot stand; a level in quotes is needed here.", 14),
        ("y ~ " + "a + " * 300 + "b", "it has 1,205 characters; a formula has at most 1,000.", 1001),
        ("y ~ " + "(" * 21 + "a", "at character 25, brackets are nested more than 20 deep.", 25),
        ("y ~ " + "*".join(f"a{i}" for i in range(9)), "at character 25, there are more than 200 terms.", 25),
    ],
)  # fmt: skip
def test_what_is_not_part_of_formulas_is_refused_with_its_place(text, said, position):
    assert message(text) == (said, position)


def test_an_error_of_a_formula_is_one_of_declarations():
    assert issubclass(FormulaError, DeclarationError)


def test_names_can_be_those_of_columns():
    formula = parse_formula("IRLS ~ SF:AGE").renamed({"SF": "ferritin", "IRLS": "irls_total"})

    assert (formula.outcome, formula.terms) == (Part("irls_total"), ((Part("ferritin"), Part("AGE")),))


HOSTILE = (
    "__import__('os').system('id')", "exec('1')", "eval('1+1')", "age.__class__.__init__.__globals__", "{age.__class__}",
    "open('/etc/passwd').read()", "I(age**2)", "np.exp(age)", "Q('age')", "`age`", "(lambda: 1)()", "[i for i in age]",
    "age[0]", "age == 1", "age if 1 else 2", "f'{age}'", "C(age, Treatment(1))", "C(age, ref=__import__('os'))",
    "log(exec('1'))", "poly(age, __import__('os').getpid())", "age; import os", "age\nimport os", "@age", "age := 1",
    "log(age, base=exec('1'))", "C(sex, ref='{}'.format(1))", "breakpoint()", "globals()", "%(age)s", "${age}", "age!",
    "\x00", "\u2028age", "ａｇｅ", "a" * 5000, "(" * 900, "'" * 500, "log" + "(log" * 200, "age\\x41", "1e999", "9" * 2000,
)  # fmt: skip
SHAPES = (
    "irls ~ {}",
    "irls ~ age + {}",
    "{} ~ age",
    "{}",
    "irls ~ log({})",
    "irls ~ age * ({})",
    "irls ~ C(sex, ref={})",
)


def test_nothing_of_a_hostile_formula_is_run(capsys):
    happened: list[str] = []
    watching = [False]

    def watch(event: str, _: tuple[object, ...]) -> None:
        if watching[0]:
            happened.append(event)

    formulas = [shape.replace("{}", text) for shape, text in itertools.product(SHAPES, HOSTILE)]
    refused = 0
    sys.addaudithook(watch)
    for formula in formulas:
        watching[0] = True
        try:
            parse_formula(formula)
        except FormulaError:
            refused += 1
        finally:
            watching[0] = False
    assert happened == []
    assert len(formulas) > 250
    assert refused == len(formulas)
    assert capsys.readouterr() == ("", "")
