"""The ending of a name says which reader reads a file, and what is not known is refused with a way out."""

import pickle

import pytest

from rlsstudy.cohort.files import readers
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.files.readers import ENDINGS, ending, read_here, read_table
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.errors import CohortError

KNOWN = (
    ".csv, .tsv, .tab, .txt, .csv.gz, .tsv.gz, .csv.zip, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .por, .dta, .xpt,"
    " .xpt5, .sas7bdat, .parquet, .pq, .feather, .arrow"
)
READER_OF = {
    "read_csv": ["a.csv", "a.tsv", "a.tab", "a.TXT", "a.b.csv.gz", "a.tsv.gz", "a.csv.zip"],
    "read_sheet": ["a.xlsx", "a.XLSM", "a.xls", "a.ods"],
    "read_spss": ["a.sav", "a.zsav", "a.por"],
    "read_stata": ["a.dta"],
    "read_sas": ["a.xpt", "a.xpt5", "a.sas7bdat"],
    "read_parquet": ["a.parquet", "a.pq", "a.feather", "a.v2.arrow"],
}


def file(folder, name, content=b"id,a\n1,2\n"):
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path):
    with pytest.raises(CohortError) as caught:
        read_table(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in READER_OF.items() for name in names]
)
def test_each_ending_has_its_reader(tmp_path, monkeypatch, module, name):
    asked = []

    def import_module(full_name):
        return type("Module", (), {module: lambda *given: asked.append((full_name, *given))})

    monkeypatch.setattr(readers, "import_module", import_module)
    path, options = file(tmp_path, name), FileOptions()

    read_here(path, options)

    assert asked == [(f"rlsstudy.cohort.files.{module}", path, options)]


def test_every_ending_is_tried_here():
    assert {ending(readers.Path(name)) for names in READER_OF.values() for name in names} == set(ENDINGS)


@pytest.mark.parametrize("declared", [{"redcap": RedcapExport.RAW}, {"dictionary": readers.Path("d.csv")}])
def test_an_export_of_redcap_goes_to_its_own_reader(tmp_path, monkeypatch, declared):
    asked = []

    def import_module(full_name):
        return type("Module", (), {"read_redcap": lambda *given: asked.append((full_name, *given))})

    monkeypatch.setattr(readers, "import_module", import_module)
    path, options = file(tmp_path, "export.csv"), FileOptions(**declared)

    read_here(path, options)

    assert asked == [("rlsstudy.cohort.redcap.exports", path, options)]


def test_text_is_read_in_this_process(tmp_path, monkeypatch):
    monkeypatch.setattr("rlsstudy.cohort.files.child.read_in_child", None)

    table = read_table(file(tmp_path, "a.csv"))

    assert isinstance(table, RawTable)
    assert list(table.columns) == ["id", "a"]


def test_unknown_ending_is_refused_with_those_that_are_known(tmp_path):
    assert refusal(file(tmp_path, "cohort.dat")) == (
        "'cohort.dat' cannot be read:\n  - 'cohort.dat' has an ending that is not known."
        f" Allowed: {KNOWN}. Export the data in one of these formats."
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a.json", "Export the records as CSV."),
        (
            "a.xml",
            "Export the records as CSV; a REDCap project's XML belongs under dictionary in [files].",
        ),
        ("a.html", "Open it where it belongs, and save the table as CSV or xlsx."),
        (
            "a.sps",
            "It is a program and holds no data: run it where it belongs, and give the file that it writes.",
        ),
        ("a.RDS", "In R, write the data frame with arrow::write_parquet() or write.csv()."),
        ("a.sav.zip", "Unpack it, and give the file inside."),
        ("a.sqlite", "Export the table of the study as CSV."),
        (
            "a.sas7bcat",
            "It holds the labels of a .sas7bdat file: give that one, and this under catalogue in [files].",
        ),
        ("a.toml", "A study file says which data files are read; it is not one of them."),
        ("a", "Export the data in one of these formats."),
    ],
)
def test_unknown_ending_is_refused_with_what_to_do_instead(tmp_path, name, hint):
    assert refusal(file(tmp_path, name)).endswith(f" Allowed: {KNOWN}. {hint}")


def test_pickle_is_refused_and_not_run(tmp_path):
    assert refusal(file(tmp_path, "model.pkl", b"anything")) == (
        "'model.pkl' cannot be read:\n  - 'model.pkl' is a pickle. Allowed: JSON or Parquet results."
        " Reading a pickle runs whatever is written in it. Write the data as Parquet or CSV, and results as JSON."
    )


@pytest.mark.parametrize("name", ["a.csv", "a.sav", "a.dat"])
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_is_known_under_any_name(tmp_path, name, protocol):
    path = file(tmp_path, name, pickle.dumps([1, 2], protocol))

    assert f"'{name}' is a pickle" in refusal(path)


def test_size_is_checked_before_anything_else(tmp_path):
    assert "'a.dat' is empty" in refusal(file(tmp_path, "a.dat", b""))
    assert "There is no file 'b.sav'" in refusal(tmp_path / "b.sav")


def test_ending_is_the_last_part_of_a_name_and_two_where_the_file_is_packed(tmp_path):
    assert ending(tmp_path / "visits.2024.SAV") == ".sav"
    assert ending(tmp_path / "visits.csv.gz") == ".csv.gz"
    assert ending(tmp_path / "visits.sav.gz") == ".gz"
    assert ending(tmp_path / "visits") == ""
