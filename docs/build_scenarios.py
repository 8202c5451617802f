"""Write the pages of scenarios and designs from the declaration. Nothing in them is edited by hand.

python docs/build_scenarios.py          writes scenarios/*.md and designs.md
python docs/build_scenarios.py --check  says which differ from the declaration, and changes nothing
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equation import Cause
from rlsstudy.declare.equations import Bernoulli, LogNormal
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design, Scenario
from rlsstudy.estimate.contrasts import contrasts_of

FOLDER = Path(__file__).resolve().parent
MODEL = rls.rls_model()
PEOPLE = 4_000  # of each design; twice the standard error of a share is 1.6 percentage points at most
OUTCOMES = ("rls_case", "rls_severity", "irls_total")

# What is compared on each page: factor, outcome and, of several contrasts, the one that is meant.
POINTS, ODDS, TRIAL = "irls_total", "rls_case", "irls_change_w12"
COMPARED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "venous_effect": (("venous_reflux", POINTS, ""), ("venous_reflux", ODDS, ""), ("bmi", POINTS, "")),
    "shared_errors": (("ferritin", POINTS, ""), ("smoking", POINTS, "current vs never")),
    "null_iron": (("ferritin", POINTS, ""), ("ferritin", ODDS, ""), ("crp", POINTS, "")),
    "log_linear_iron": (("ferritin", POINTS, ""), ("ferritin", ODDS, "")),
    "threshold_iron": (("ferritin", POINTS, ""), ("ferritin", ODDS, "")),
    "confounded": (("venous_reflux", POINTS, ""), ("physical_activity", POINTS, "")),
    "gene_environment": (("physical_activity", POINTS, ""), ("prs_rls", POINTS, "")),
    "btbd9_ferritin": (("btbd9_rs9357271_dose", "ferritin", ""), ("btbd9_rs9357271_dose", ODDS, "")),
    "strong_dropout": (("arm", TRIAL, "alpha-2-delta ligand vs placebo"),),
    "ablation_effect": (("arm", TRIAL, "venous ablation vs placebo"),),
}
READING = {
    "shared_errors": "The truth hardly moves. What moves is what an analysis of people with RLS finds.",
    "confounded": "The truth hardly moves. What moves is what an analysis without frailty finds.",
    "strong_dropout": "The truth is that of everybody who was drawn by lot, and stays. What moves is what is seen of "
    "those who still come.",
    "threshold_iron": "The contrast from 50 to 100 µg/L lies above the threshold. From 10 to 20 µg/L the effect is large.",
    "gene_environment": "These are averages over people. By the level of the score they differ, as the question says.",
}


# --- what differs ---------------------------------------------------------------------------------


def setting(scenario: Scenario) -> tuple[str, CausalModel, CausalModel]:
    """Return the design of a scenario, and the model in it without and with the scenario."""
    design = scenario.design or "population"
    return design, MODEL.in_design(design), MODEL.in_setting(design, scenario.name)


def arrows_of(variable: Variable) -> dict[tuple[str, str], Cause]:
    """Return the declared arrows into a variable, by cause and modifier."""
    equation = variable.equation
    return {} if equation is None else {(term.name, term.times): term for term in equation.terms}


def changed_arrows(
    before: CausalModel, after: CausalModel
) -> Iterator[tuple[Cause | None, Cause | None, Variable]]:
    """Yield every arrow that differs: as it was, as it is, and the variable that it leads to."""
    for effect in after:
        was = arrows_of(before[effect.name]) if effect.name in before else {}
        here = arrows_of(effect)
        for key in dict.fromkeys([*was, *here]):
            if was.get(key) != here.get(key) and size_of(was.get(key)) != size_of(here.get(key)):
                yield was.get(key), here.get(key), effect


def size_of(cause: Cause | None) -> object:
    """Return all of an arrow that decides about its effect."""
    return None if cause is None else (cause.size, cause.acts_between, cause.only_at)


def in_words(cause: Cause | None, effect: Variable, model: CausalModel) -> str:
    """Say what an arrow does, per contrast of its cause."""
    if cause is None:
        return "no arrow"
    if isinstance(cause.size, tuple):
        sizes = ", ".join(f"{level} {signed(size)}" for level, size in cause.size)
        return f"{scale_of(effect)} {sizes}"
    words = f"{scale_of(effect)} {signed(cause.size)} for {contrasts_of(model[cause.name])[0].label}"
    if cause.times:
        words += f", times the value of `{cause.times}` in contrasts"
    low, high = cause.acts_between
    if np.isfinite([low, high]).any():
        unit = model[cause.name].unit
        words += f", acting from {low:g} to {high:g} {unit}".rstrip()
    return words if cause.only_at is None else f"{words}, where {cause.only_at[0]} is {cause.only_at[1]}"


def scale_of(effect: Variable) -> str:
    """Return the scale on which arrows into a variable act."""
    if isinstance(effect.equation, Bernoulli):
        return "log odds"
    return f"ln({effect.unit})" if isinstance(effect.equation, LogNormal) else effect.unit or "predictor"


def signed(size: float) -> str:
    """Write a size with its sign, and nothing as 0."""
    return f"{size:+.3g}".replace("-", "−") if size else "0"


def table_of_arrows(scenario: Scenario) -> Iterator[str]:
    """Yield the lines of the table of arrows that differ, and what else differs."""
    _, before, after = setting(scenario)
    new = [variable for variable in after if variable.name not in before]
    yield from (f"New variable, not in the data: `{v.name}`, {v.label.lower()}.\n" for v in new)
    yield "| Arrow | By default | Here |"
    yield "|---|---|---|"
    for was, here, effect in changed_arrows(before, after):
        cause = here or was
        assert cause is not None
        arrow = f"`{cause.name}` → `{effect.name}`"
        yield f"| {arrow} | {in_words(was, effect, after)} | {in_words(here, effect, after)} |"
    spreads = [*_changed_spreads(before, after)]
    yield from ["", *spreads] if spreads else []


def _changed_spreads(before: CausalModel, after: CausalModel) -> Iterator[str]:
    for variable in after:
        if variable.name in before:
            spreads = [getattr(m[variable.name].equation, "sd", None) for m in (before, after)]
            if spreads[0] != spreads[1]:
                yield f"The own SD of `{variable.name}` is {spreads[1]:g} in place of {spreads[0]:g}."


def graph(scenario: Scenario) -> Iterator[str]:
    """Yield the lines of a drawing: the changed arrows thick, what they lead to beside them."""
    _, before, after = setting(scenario)
    changed = {
        ((here or was).name, effect.name): here  # type: ignore[union-attr]  # one of them is there
        for was, here, effect in changed_arrows(before, after)
    }
    ends = {name for arrow in changed for name in arrow}
    ends |= {here.times for _, here, _ in changed_arrows(before, after) if here is not None and here.times}
    outcomes = {name for name in OUTCOMES if name in after}
    shown = [name for name in after.order if name in ends | outcomes]
    plain = {(cause, effect) for effect in shown for cause in after.causes_of(effect) if cause in shown}
    through = {
        (name, "irls_total") for name in shown if name == "rls_severity" and "irls_total" in shown
    }  # by way of the items, which are not shown
    yield "```mermaid"
    yield "flowchart TD"
    for name in shown:
        label = after[name].label.replace('"', "'")
        yield f'  {name}["{label}"]' if after[name].measured else f'  {name}(["{label}"])'
    marked = [arrow for arrow, here in changed.items() if here is not None and here.size != 0]
    gone = [arrow for arrow in changed if arrow not in marked]
    yield from (f"  {cause} ==>|changed| {effect}" for cause, effect in marked)
    yield from (f"  {cause} -. set to 0 .-> {effect}" for cause, effect in gone)
    for cause, effect in sorted((plain | through) - set(changed)):
        sizes = [term.size for term in arrows_of(after[effect]).values() if cause in term.names]
        yield f"  {cause} {'-.->' if sizes and not any(sizes) else '-->'} {effect}"
    yield "```"


# --- what to expect -------------------------------------------------------------------------------


def truths(scenario: Scenario) -> Iterator[str]:
    """Yield the lines of the table of true effects by default and here."""
    design, _, after = setting(scenario)
    yield "| Factor | Contrast | Outcome | By default | Here |"
    yield "|---|---|---|---:|---:|"
    for factor, outcome, meant in COMPARED[scenario.name]:
        rows = [_truth(factor, outcome, meant, name, design) for name in ("default", scenario.name)]
        how = "odds ratio" if outcome == ODDS else f"difference, {after[outcome].unit}"
        figures = " | ".join(figure for _, figure in rows)
        yield f"| {after[factor].label} | {rows[1][0]} | {after[outcome].label} ({how}) | {figures} |"


def _truth(factor: str, outcome: str, meant: str, scenario: str, design: str) -> tuple[str, str]:
    """Return contrast and figure, with its Monte-Carlo standard error."""
    estimand = rls.Estimand(scale="odds_ratio") if outcome == ODDS else "total"
    rows = rls.true_effect(factor, outcome=outcome, design=design, scenario=scenario, estimand=estimand)
    row = rows[rows["contrast"] == meant].iloc[0] if meant else rows.iloc[0]
    if not row["truth_error"]:
        return row["contrast"], f"{row['truth']:g}"
    return row["contrast"], f"{row['truth']:.2f} ({row['truth_error']:.2f})".replace("-", "−")


# --- pages ----------------------------------------------------------------------------------------


def page(scenario: Scenario) -> str:
    """Return the page of a scenario."""
    design, _, after = setting(scenario)
    call = f'rls.simulate_cohort(design="{design}", scenario="{scenario.name}", n=2000, seed=1)'
    lines = [
        f"# {scenario.name}",
        "",
        f"**{scenario.question}**",
        "",
        scenario.about,
        "",
        "## What differs",
        "",
        *table_of_arrows(scenario),
        "",
        "Rounded boxes are not in the data. Thick arrows are changed; dotted ones are declared and of size 0. IRLS items are not shown.",
        "",
        *graph(scenario),
        "",
        "## How to run it",
        "",
        "```python",
        "import rlsstudy as rls",
        "",
        f"cohort = {call}",
        "```",
        "",
        "## What to expect",
        "",
        "True effects by intervention on the model, Monte-Carlo standard errors in brackets. IRLS is that of people with RLS.",
        "",
        *truths(scenario),
        "",
        *([READING[scenario.name], ""] if scenario.name in READING else []),
        "## References",
        "",
        *(f"- {reference}" for reference in scenario.references),
        "",
        "## How to cite",
        "",
        f"rlsstudy {rls.__version__}, scenario `{scenario.name}` in the design `{design}`, model",
        f"sha256 `{after.digest}`.",
        "",
        "The same digest stands in `cohort.origin.facts` of a cohort simulated this way.",
    ]
    return "\n".join(lines) + "\n"


OWN = """## A scenario of your own

A study file declares it, and asks for it by name:

```toml
[study]
title = "What if inflammation made symptoms worse?"
data = "synthetic"
factors = ["crp", "ferritin"]

[synthetic]
design = "population"
scenario = "strong_crp"
n = 600
seed = 1

[scenarios.strong_crp]
question = "What if inflammation made symptoms worse?"
about = "An assumed effect of half an SD of severity for each doubling of C-reactive protein."
references = ["none"]

[[scenarios.strong_crp.effects]]
of = "crp"
on = "rls_severity"
size = 0.5
```

An arrow is added, or takes the place of the one from the same cause. Its size is per contrast of the cause, on the
scale of what it leads to. Circles, unknown names and unknown levels are refused with their place. The truth is asked
for as in any other scenario, `rls.true_effect("crp", study=rls.load_study("study.toml"))`, and the digest in
`cohort.origin.facts` is that of the model with these arrows.
"""


def index() -> str:
    """Return the page that lists the scenarios."""
    rows = (f"| [{s.name}]({s.name}.md) | {s.question} | {s.design or 'any'} |" for s in MODEL.scenarios)
    lines = [
        "# Scenarios",
        "",
        "Named variations of the model, each with a question. The truth of each is known, so that an analysis can be",
        "judged by it. These pages are written from the declaration by `python docs/build_scenarios.py`.",
        "",
        "| Scenario | Question | Design |",
        "|---|---|---|",
        *rows,
        "",
        OWN,
    ]
    return "\n".join(lines).rstrip() + "\n"


def designs() -> str:
    """Return the page of the designs, with who was found in each."""
    lines = [
        "# Designs",
        "",
        "How participants come into a cohort: `rls.simulate_cohort(design=...)`. This page is written from the declaration by",
        "`python docs/build_scenarios.py`.",
        "",
        "## Who comes",
        "",
        f"{PEOPLE:,} simulated participants of each design, without gaps. IRLS, and how many report RLS in the family, among "
        "those with RLS.",
        "",
        "| Design | RLS, % | Age, mean (SD) | Women, % | IRLS, mean (SD) | RLS in the family, % |",
        "|---|---:|---:|---:|---:|---:|",
        *(_who(design) for design in MODEL.designs),
        "",
        "## What each one does to an analysis",
        *(line for design in MODEL.designs for line in _about(design)),
    ]
    return "\n".join(lines) + "\n"


def _about(design: Design) -> Iterable[str]:
    source = f"Source: {design.source}." if design.source else ""
    return ("", f"### {design.label}, `{design.name}`", "", design.about, "", source)


def _who(design: Design) -> str:
    names = ("rls_case", "age", "sex", "irls_total", "family_history_rls")
    model = calibrated(MODEL.in_design(design.name))
    blocks = [block.values for block in draw_blocks(model, design, 1, names, PEOPLE)]
    values = {name: np.concatenate([block[name] for block in blocks]) for name in names}
    case = values["rls_case"] == 1
    cells = (
        f"`{design.name}`",
        f"{100 * case.mean():.1f}",
        f"{values['age'].mean():.1f} ({values['age'].std():.1f})",
        f"{100 * values['sex'].mean():.1f}",
        f"{values['irls_total'][case].mean():.1f} ({values['irls_total'][case].std():.1f})",
        f"{100 * values['family_history_rls'][case].mean():.1f}",
    )
    return f"| {' | '.join(cells)} |"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page with its place in this folder."""
    yield Path("scenarios/README.md"), index()
    yield from ((Path(f"scenarios/{each.name}.md"), page(each)) for each in MODEL.scenarios)
    yield Path("designs.md"), designs()


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` only say which differ from the declaration."""
    differ = []
    for place, text in pages():
        path = FOLDER / place
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        differ.append(str(place))
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print("\n".join(differ) or "All pages are as declared.")
    return int("--check" in arguments and bool(differ))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
