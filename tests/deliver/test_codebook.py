"""The codebook's pages explain every variable, are safe to open, and are the same every time."""

import csv
import re

import pytest

import rlsstudy as rls
from rlsstudy.declare import CausalModel, Design, Domain, Kind, MissingReason, Variable
from rlsstudy.declare.equations import Bernoulli, Cause, Normal
from rlsstudy.declare.kinds import Evidence
from rlsstudy.deliver.codebook import render_codebook
from rlsstudy.errors import DeclarationError, DeliveryError

HOSTILE = "<script>alert(1)</script>\"' onerror=alert(1)"
FILES = {"index.html", "pictures.html", "codebook.csv", "latent.csv", "effects.csv", "provenance.json"}
MOST_BYTES = 3_000_000  # of the whole folder, so that it can be sent by mail


def tiny_model():
    """One cause, one effect with gaps, one latent variable; labels and sources that try to be more than text."""
    age = Variable(
        "age",
        f"Age {HOSTILE}",
        Domain.DEMOGRAPHY,
        Kind.CONTINUOUS,
        unit="years",
        limits=(18, 95),
        contrast=(50, 60),
        resolution=1,
        equation=Normal(baseline=50, sd=10),
        source="Register 2001",
    )
    hidden = Variable(
        "hidden",
        "Hidden state",
        Domain.IRON,
        Kind.CONTINUOUS,
        unit="SD",
        contrast=(0, 1),
        measured=False,
        equation=Normal(baseline=0, sd=1),
        source="by definition",
    )
    ill = Variable(
        "ill",
        "Illness",
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        missing=(MissingReason("declined", 0.1, (Cause("hidden", 0.5, Evidence.WEAK, "Trial"),)),),
        equation=Bernoulli(
            target=0.2,
            terms=(Cause("age", 0.3, Evidence.WEAK, f"Trial {HOSTILE}", acts_between=(18, 65)),),
        ),
        source="Trial",
    )
    return CausalModel("Tiny", (age, hidden, ill), designs=(Design("population", "Population"),))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codebook") / "out"
    render_codebook(folder, model=tiny_model(), n=300)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codebook") / "out"
    render_codebook(folder, n=2_000)
    return folder


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def assert_safe(text):
    """Nothing runs, nothing is fetched, every picture has words."""
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert re.findall(r"<(script|iframe|object|embed|link|form|base)\b", text) == []
    assert all(
        source.startswith("data:image/svg+xml;base64,") for source in re.findall(r'src="([^"]*)"', text)
    )
    assert re.findall(r"(?:https?:)?//[^\s\"<]+", text) == []
    pictures = re.findall(r"<img [^>]*>", text)
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(ids)


def test_a_folder_has_two_pages_and_three_tables(tiny):
    assert {path.name for path in tiny.iterdir()} == FILES


@pytest.mark.parametrize("name", ["index.html", "pictures.html"])
def test_the_page_is_safe_and_says_that_all_is_synthetic(tiny, name):
    text = (tiny / name).read_text(encoding="utf-8")
    assert_safe(text)
    assert "<strong>Synthetic data.</strong> No participant on these pages exists." in text
    assert "Every notebook was run" not in text


def test_the_page_shows_each_variable_with_its_facts_its_causes_and_a_picture(tiny):
    text = (tiny / "index.html").read_text(encoding="utf-8")
    assert text.count("<img ") == 3
    assert "2 measured and 1 latent variables" in text
    assert "<dt>Missing</dt><dd>declined (10 %, MNAR: hidden)</dd>" in text
    assert "<td>60 vs 50 years, up to 65 years</td>" in text
    assert "<dt>Source</dt><dd>Register 2001 (assumed)</dd>" in text
    assert "Latent variables, in no data set" in text


def test_a_model_without_published_figures_says_so(tiny):
    text = (tiny / "pictures.html").read_text(encoding="utf-8")
    assert (
        "This model has none of the variables and designs that published figures were collected for." in text
    )


def test_the_tables_have_measured_latent_variables_and_every_arrow(tiny):
    assert [row["name"] for row in read(tiny / "codebook.csv")] == ["age", "ill"]
    assert [row["name"] for row in read(tiny / "latent.csv")] == ["hidden"]
    (arrow,) = read(tiny / "effects.csv")
    assert {
        name: arrow[name] for name in ("effect", "cause", "contrast", "where", "size", "scale", "evidence")
    } == {
        "effect": "ill",
        "cause": "age",
        "contrast": "60 vs 50 years",
        "where": "up to 65 years",
        "size": "0.3",
        "scale": "log odds",
        "evidence": "weak",
    }


def test_the_same_again_gives_the_same_bytes_and_another_seed_does_not(tiny, tmp_path):
    render_codebook(tmp_path / "again", model=tiny_model(), n=300)
    render_codebook(tmp_path / "other", model=tiny_model(), n=300, seed=2)
    for name in FILES:
        assert (tiny / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert (tiny / "index.html").read_bytes() != (tmp_path / "other" / "index.html").read_bytes()


def test_an_unknown_design_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(DeclarationError) as caught:
        render_codebook(tmp_path / "out", model=tiny_model(), design="populaton")
    assert str(caught.value) == "No design 'populaton' is declared. Did you mean 'population'?"
    assert not (tmp_path / "out").exists()


def test_a_report_on_a_study_is_not_replaced(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "provenance.json").write_text('{"kind": "rlsstudy report", "files": {}}', encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        render_codebook(folder, model=tiny_model(), n=300)
    assert str(caught.value) == (
        f"The folder '{folder}' holds a report on a study, which a codebook does not replace. Name another folder."
    )


def test_a_codebook_is_replaced_by_a_new_one(tmp_path):
    render_codebook(tmp_path / "out", model=tiny_model(), n=300)
    render_codebook(tmp_path / "out", model=tiny_model(), n=400)
    assert "400 simulated participants" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_codebook_of_the_model_of_rls_is_complete_safe_and_small(whole):
    text = (whole / "index.html").read_text(encoding="utf-8")
    model = rls.rls_model()
    assert_safe(text)
    assert all(f'<section class="entry" id="{variable.name}"' in text for variable in model)
    assert text.count("<img ") == len(model.variables)
    assert sum(path.stat().st_size for path in whole.iterdir()) < MOST_BYTES
    arrows = read(whole / "effects.csv")
    assert {(row["cause"], row["effect"]) for row in arrows} == set(model.graph.edges)


@pytest.mark.slow
def test_the_pictures_name_their_sources_and_say_what_they_miss(whole):
    text = (whole / "pictures.html").read_text(encoding="utf-8")
    assert_safe(text)
    shown = text.count("<figure>")
    assert shown == text.count("<strong>What it misses.</strong>") == 13
    for source in (
        "Hornyak 2007",
        "Mungan 2016",
        "Yang 2019",
        "Trotti 2012",
        "Xiong 2010",
        "Bonn Vein Study",
    ):
        assert source in text
