"""The codebook says what every variable is, is the same again, and asks nothing of the network."""

import csv
import re

import pytest

import rlsstudy as rls
from rlsstudy.deliver.codebook import render_codebook
from rlsstudy.errors import DeclarationError, DeliveryError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return render_codebook(tmp_path_factory.mktemp("book") / "codebook", n=600).parent


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_measured_and_every_latent_variable_has_its_entry(folder):
    model = rls.rls_model()
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert [row["name"] for row in rows(folder / "codebook.csv")] == [v.name for v in model.measured]
    assert [row["name"] for row in rows(folder / "latent.csv")] == [v.name for v in model if not v.measured]
    assert [v.name for v in model if f">{v.name}<" not in page] == []


def test_the_effects_table_has_every_arrow_with_a_source(folder):
    effects = rows(folder / "effects.csv")
    model = rls.rls_model()
    arrows = {(row["effect"], row["cause"]) for row in effects}
    assert arrows == {(v.name, cause) for v in model for cause in v.causes}
    ferritin = [row for row in effects if row["effect"] == "ferritin" and row["cause"] == "body_iron"]
    assert ferritin[0]["source"] != "" and float(ferritin[0]["size"]) == pytest.approx(0.693, abs=0.001)


def test_pages_load_nothing_from_elsewhere_and_every_picture_has_words(folder):
    for name in ("index.html", "pictures.html"):
        page = (folder / name).read_text(encoding="utf-8")
        assert "<script" not in page
        assert (
            re.findall(
                r'(?:src|href)="(?!#|data:|index\.html|pictures\.html|codebook\.csv|latent\.csv|effects\.csv)[^"]*"',
                page,
            )
            == []
        )
        assert "Synthetic data" in page
        for image in re.findall(r"<img[^>]*>", page):
            assert re.search(r'alt="[^"]{20,}"', image)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000


@pytest.mark.slow
def test_the_same_codebook_has_the_same_bytes(folder, tmp_path):
    again = render_codebook(tmp_path / "again", n=600).parent
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: p.read_bytes() for p in folder.iterdir()
    }


def test_a_folder_with_something_else_is_not_touched(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DeliveryError):
        render_codebook(tmp_path, n=300)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_design_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(DeclarationError) as caught:
        render_codebook(tmp_path / "book", design="popluation", n=300)
    assert str(caught.value) == "No design 'popluation' is declared. Did you mean 'population'?"
    assert list(tmp_path.iterdir()) == []
