"""Write a page for each scenario: ``python docs/build_scenarios.py [FOLDER]``. A test compares them with what is there."""

import sys
from collections.abc import Iterator
from pathlib import Path

import rlsstudy as rls
from rlsstudy.declare import CausalModel, Scenario
from rlsstudy.present.arrows import arrows_into

HERE = Path(__file__).resolve().parent / "scenarios"
FACTORS = ("ferritin", "venous_reflux", "physical_activity", "prs_rls", "smoking", "btbd9_rs9357271_dose")
N = 1_000
ALWAYS = "Synthetic throughout: a scenario shows what would follow if the world were so, and is no evidence that it is."


def main(folder: Path) -> None:
    """Write all pages and their list."""
    folder.mkdir(exist_ok=True)
    model = rls.rls_model()
    for scenario in model.scenarios:
        text = "\n".join(page_lines(model, scenario)) + "\n"
        (folder / f"{scenario.name}.md").write_text(text, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text("\n".join(index_lines(model)) + "\n", encoding="utf-8", newline="\n")


def index_lines(model: CausalModel) -> Iterator[str]:
    """Yield the list of scenarios, and how a study declares one of its own."""
    yield from ("# Scenarios", "", ALWAYS, "", "| name | question |", "|---|---|")
    yield "| default | What follows from the evidence as it stands? |"
    for scenario in model.scenarios:
        yield f"| [{scenario.name}]({scenario.name}.md) | {scenario.question} |"
    yield from (
        "",
        "A study file can declare its own, under a new name; every line is checked, and a circle or an unknown variable is refused with its place:",
        "",
        "```toml",
        "[synthetic]",
        'scenario = "strong_iron"',
        "",
        "[scenarios.strong_iron]",
        'question = "What if iron stores mattered more?"',
        "",
        "[[scenarios.strong_iron.effects]]",
        'of = "body_iron"       # an arrow that is added, or takes the place of the declared one',
        'on = "rls_severity"',
        "size = -0.3            # per contrast of the cause, on the scale of the equation",
        "```",
    )


def page_lines(model: CausalModel, scenario: Scenario) -> Iterator[str]:
    """Yield the page of one scenario."""
    design = scenario.design or "population"
    before = model.in_design(design)
    after = before.in_scenario(scenario.name)
    yield from (f"# {scenario.name}", "", f"**{scenario.question}**", "", scenario.about, "", ALWAYS, "")
    yield from ("## What differs", "", "| arrow | contrast | default | here |", "|---|---|---|---|")
    yield from difference_lines(before, after)
    yield from (
        "",
        "## The changed arrows",
        "",
        "```mermaid",
        "graph LR",
        *graph_lines(before, after),
        "```",
        "",
    )
    yield from ("## To run it", "", "```python", "import rlsstudy as rls", "")
    yield f'cohort = rls.simulate_cohort(n=600, seed=1, design="{design}", scenario="{scenario.name}")'
    yield f'rls.true_effect("ferritin", design="{design}", scenario="{scenario.name}")'
    yield from ("```", "")
    if not scenario.design:
        yield from truth_lines(scenario.name)
    yield from ("## References", "", *(f"- {reference}" for reference in scenario.references), "")
    yield f"To cite: rlsstudy {rls.__version__}, scenario `{scenario.name}`, declaration sha256 `{after.digest}`."


def _written(model: CausalModel, name: str) -> dict[tuple[str, str], str]:
    if name not in model:
        return {}
    return {(arrow.heading, arrow.compared): arrow.written for arrow in arrows_into(model[name], model)}


def difference_lines(before: CausalModel, after: CausalModel) -> Iterator[str]:
    """Yield each arrow that is new, or has another size."""
    for variable in after:
        if variable.name in before and variable == before[variable.name]:
            continue
        old, new = _written(before, variable.name), _written(after, variable.name)
        changed = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
        if not changed:
            yield f"| {variable.label} | | as declared | its own spread or its gaps are others |"
        for heading, compared in changed:
            was, now = (sizes.get((heading, compared), "none") or "yes" for sizes in (old, new))
            yield f"| {heading} → {variable.label} | {compared} | {was} | {now} |"


def graph_lines(before: CausalModel, after: CausalModel) -> Iterator[str]:
    """Yield the changed arrows for a drawing."""
    for variable in after:
        if variable.name in before and variable == before[variable.name]:
            continue
        old = before[variable.name].equation.terms if variable.name in before else ()
        for cause in getattr(variable.equation, "terms", ()):
            if cause not in old:
                size = "" if isinstance(cause.size, tuple) else f"|{cause.size:g}|"
                left = f'{cause.name}["{after[cause.name].label}"]'
                yield f'  {left} -->{size} {variable.name}["{variable.label}"]'


def truth_lines(name: str) -> Iterator[str]:
    """Yield the true effects on the IRLS total in the default and here."""
    yield from (
        "## The truth",
        "",
        "Total effects on the IRLS total among people with RLS in the population, in points, by intervention.",
        "",
    )
    yield from ("| factor | contrast | default | here |", "|---|---|---|---|")
    default, here = (
        rls.true_effect(FACTORS, design="population", scenario=scenario, n=N)
        for scenario in ("default", name)
    )
    for row, there in zip(default.itertuples(), here.itertuples(), strict=True):
        yield f"| {row.label} | {row.contrast} | {row.truth:.2f} | {there.truth:.2f} |"
    yield ""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
