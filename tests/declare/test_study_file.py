"""A study file says what it means, or is refused with everything that is wrong with it."""

from pathlib import Path

import pytest

from rlsstudy.declare import (
    CausalModel,
    ColumnMap,
    DataFiles,
    Design,
    Domain,
    Exclusion,
    Kind,
    Scale,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import Bernoulli, Normal, SumOf
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study_file import default_study, load_study, read_study
from rlsstudy.declare.toml_file import LARGEST_FILE
from rlsstudy.errors import StudyFileError

AGE = Variable(
    "age", "Age", Domain.DEMOGRAPHY, Kind.INTEGER, "years", (18, 95), contrast=(50, 60),
    equation=Normal(baseline=50, sd=10), source="assumed",
)  # fmt: skip
SEX = Variable(
    "sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"),
    equation=Bernoulli(target=0.5), source="assumed",
)  # fmt: skip
FERRITIN = Variable(
    "ferritin", "Serum ferritin", Domain.IRON, Kind.CONTINUOUS, "µg/L", (1, 3000), scale=Scale.LOG2,
    contrast=(50, 100), other_units=(("ng/mL", 1.0), ("pmol/L", 0.445)), causes_declared=("age",),
)  # fmt: skip
CASE = Variable("rls_case", "RLS", Domain.OUTCOME, Kind.BINARY, levels=("no", "yes"))
LATENT = Variable("severity", "Severity, latent", Domain.OUTCOME, Kind.CONTINUOUS, measured=False)
TOTAL = Variable(
    "irls_total", "IRLS total", Domain.OUTCOME, Kind.INTEGER, "points", (0, 40), applies_to="rls_case"
)
BASE = CausalModel(
    "A small model",
    (AGE, SEX, FERRITIN, CASE, LATENT, TOTAL),
    designs=(Design("sleep_clinic", "Sleep clinic"),),
)

FILE = """
[study]
title = "Iron"
data = "cohort.csv"
key = "id"
factors = ["ferritin"]
[columns]
SF = "ferritin"
IRLS = "irls_total"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(StudyFileError) as caught:
        read_study(write(folder, text), base=BASE)
    return caught.value.problems


def test_smallest_synthetic_study_has_the_usual_cohort(tmp_path):
    study = read_study(
        write(tmp_path, '[study]\ntitle = "S"\ndata = "synthetic"\nfactors = ["age"]\n'), base=BASE
    )

    assert study.data == SyntheticData()
    assert (study.outcome, study.population, study.factors) == ("irls_total", "rls_case", ("age",))
    assert study.source == "study.toml"


def test_files_are_taken_from_the_folder_of_the_study_file(tmp_path):
    study = read_study(write(tmp_path, FILE), base=BASE)

    assert study.data == DataFiles(
        (tmp_path / "cohort.csv",),
        "id",
        (ColumnMap("SF", "ferritin"), ColumnMap("IRLS", "irls_total")),
        own_names=False,
    )


def test_column_says_unit_codes_and_missing_codes(tmp_path):
    text = FILE + (
        'SF2 = { variable = "age", missing = { -9 = "not done" } }\n'
        'SEX = { variable = "sex", codes = { 1 = "male", 2 = "female" } }\n'
    )

    study = read_study(write(tmp_path, text), base=BASE)

    assert study.data.columns[2:] == (
        ColumnMap("SF2", "age", missing={"-9": "not done"}),
        ColumnMap("SEX", "sex", codes={"1": "male", "2": "female"}),
    )


def test_reasons_of_missing_codes_become_part_of_the_declaration(tmp_path):
    text = FILE.replace('SF = "ferritin"', 'SF = { variable = "ferritin", missing = { -9 = "not done" } }')

    study = read_study(write(tmp_path, text), base=BASE)

    assert study.model["ferritin"].missing == (MissingReason("not done"),)


@pytest.mark.parametrize("unit", ["ng/mL", "µg/L", "μg/L", "ug/L", "pmol/L"])
def test_known_units_are_accepted_in_every_spelling_of_micro(tmp_path, unit):
    text = FILE.replace('SF = "ferritin"', f'SF = {{ variable = "ferritin", unit = "{unit}" }}')

    assert read_study(write(tmp_path, text), base=BASE).data.columns[0].unit == unit


def test_new_variable_and_changed_variable_are_declared(tmp_path):
    text = FILE + (
        "[variables.hepcidin]\n"
        'label = "Serum hepcidin"\ndomain = "iron"\nunit = "ng/mL"\nlimits = [0.1, 300]\n'
        'scale = "log2"\ncontrast = [10, 20]\ncauses = ["ferritin"]\n'
        "[variables.age]\nlimits = [18, 80]\ncauses = []\n"
    )

    model = read_study(write(tmp_path, text), base=BASE).model

    assert model["hepcidin"] == Variable(
        "hepcidin", "Serum hepcidin", Domain.IRON, Kind.CONTINUOUS, "ng/mL", (0.1, 300), scale=Scale.LOG2,
        contrast=(10, 20), causes_declared=("ferritin",), source="declared in the study file",
    )  # fmt: skip
    assert (model["age"].limits, model["age"].label) == ((18, 80), "Age")


def test_given_causes_take_the_place_of_the_equation(tmp_path):
    model = read_study(write(tmp_path, FILE + '[variables.age]\ncauses = ["sex"]\n'), base=BASE).model

    assert model["age"].equation is None
    assert model.causes_of("age") == {"sex"}


def test_score_is_the_sum_of_its_items(tmp_path):
    text = FILE + (
        '[variables.phq2]\nlabel = "PHQ-2"\ndomain = "outcome"\nkind = "integer"\n'
        'sum_of = ["age", "irls_total"]\nleast_answered = 2\n'
    )

    model = read_study(write(tmp_path, text), base=BASE).model

    assert model["phq2"].equation == SumOf(items=("age", "irls_total"), least_answered=2)


def test_exclusions_are_read_in_order(tmp_path):
    text = FILE + (
        '[[exclusions]]\nvariable = "age"\nbelow = 18\nreason = "under 18"\n'
        '[[exclusions]]\nvariable = "irls_total"\nwhen_missing = true\nreason = "no IRLS"\n'
    )

    study = read_study(write(tmp_path, text), base=BASE)

    assert study.data.exclusions == (
        Exclusion("age", "under 18", below=18),
        Exclusion("irls_total", "no IRLS", when_missing=True),
    )


def test_everyone_is_no_restriction(tmp_path):
    text = FILE.replace("factors", 'outcome = "age"\npopulation = "everyone"\nfactors').replace(
        '"irls_total"', '"age"'
    )

    assert read_study(write(tmp_path, text), base=BASE).population is None


def test_another_outcome_has_no_restriction_unless_asked(tmp_path):
    text = FILE.replace("factors", 'outcome = "age"\nfactors').replace('"irls_total"', '"age"')

    assert read_study(write(tmp_path, text), base=BASE).population is None


def test_factors_are_those_of_the_packaged_study_that_have_a_column(tmp_path):
    study = read_study(write(tmp_path, FILE.replace('factors = ["ferritin"]\n', "")), base=BASE)

    assert study.factors == ("ferritin",)


def test_every_problem_is_listed_at_once(tmp_path):
    text = """
[study]
titel = "Iron"
data = "cohort.csv"
factors = ["feritin"]
[synthetic]
n = 10
[columns]
SF = { variable = "feritin", unit = "pmol/L" }
SEX = { variable = "sex", codes = { 1 = "man" }, missing = { 1 = "refused" }, kode = 3 }
TOTAL = { variable = "irls_total", unit = "percent" }
TOTAL2 = "irls_total"
LATENT = "severity"
AGE = 7
[variables.hepcidin]
label = "Hepcidin"
limits = [0, "high"]
scale = "log3"
[[exclusions]]
variable = "agee"
below = 18
"""

    assert problems(tmp_path, text) == (
        "in [study], 'titel' is not a known key. Did you mean 'title'?",
        "in [study], 'title' is missing.",
        '[synthetic] has no use while the data come from files. Remove it, or write data = "synthetic".',
        "in [study], 'key' is missing: the column that identifies a participant in the file.",
        "in [variables.hepcidin], 'limits' must be a list of numbers, such as [0, 40].",
        "in [variables.hepcidin], 'scale' is 'log3'. Did you mean 'log'?",
        "in [variables.hepcidin], a new variable needs 'domain'.",
        "in [columns.SEX], 'kode' is not a known key. Did you mean 'codes'?",
        "in [columns], 'AGE' must be the name of a variable in quotes, or { variable = \"…\" }.",
        "column 'SF': no variable 'feritin' is declared. Did you mean 'ferritin'?",
        "column 'SEX': 'sex' has no level 'man'. Allowed: male, female.",
        "column 'SEX': the code 1 is both a level and missing.",
        "column 'TOTAL': 'percent' is not a known unit of 'irls_total' (IRLS total). Known units: points.",
        "column 'LATENT': 'severity' (Severity, latent) is latent and cannot be in a file.",
        "columns 'TOTAL' and 'TOTAL2' both become 'irls_total'. Keep one of them.",
        "in [[exclusions]] 1, 'reason' must be given.",
        "in [[exclusions]] 1, no variable 'agee' is declared. Did you mean 'age'?",
        "in [study], no variable 'feritin' is declared. Did you mean 'ferritin'?",
    )


def test_message_names_the_file_and_lists_the_problems(tmp_path):
    with pytest.raises(StudyFileError) as caught:
        read_study(write(tmp_path, FILE.replace("title", "titel")), base=BASE)

    assert str(caught.value) == (
        "The study file 'study.toml' cannot be used:\n"
        "  - in [study], 'titel' is not a known key. Did you mean 'title'?\n"
        "  - in [study], 'title' is missing."
    )


def test_factor_without_column_is_named(tmp_path):
    assert problems(tmp_path, FILE.replace('["ferritin"]', '["ferritin", "age"]')) == (
        "in [study], the factor 'age' (Age) has no column. Name its column in [columns].",
    )


def test_new_unit_needs_new_numbers(tmp_path):
    assert problems(tmp_path, FILE + '[variables.ferritin]\nunit = "pmol/L"\nlimits = [2, 7000]\n') == (
        "in [variables.ferritin], the unit changes from µg/L, so 'contrast' must be given too."
        " To convert a file's values instead, name their unit in [columns].",
    )


def test_contradicting_variable_is_explained_in_its_table(tmp_path):
    assert problems(tmp_path, FILE + "[variables.ferritin]\nlimits = [0, 10]\n") == (
        "in [variables.ferritin], limits and contrast must be above 0 on the log2 scale.",
    )


def test_circle_of_causes_is_explained(tmp_path):
    assert problems(tmp_path, FILE + '[variables.age]\ncauses = ["ferritin"]\n') == (
        "in [variables], causes run in a circle: age → ferritin → age. Remove one of these arrows.",
    )


def test_synthetic_truth_cannot_be_changed_in_a_study_file(tmp_path):
    text = '[study]\ntitle = "S"\ndata = "synthetic"\nfactors = ["age"]\n'

    assert problems(tmp_path, text + '[variables.ferritin]\nlabel = "Ferritin"\ncontrast = [10, 20]\n') == (
        "in [variables.ferritin], 'contrast' cannot be changed while the data are synthetic: it would change the"
        " cohort and its truth. Choose a scenario in [synthetic] instead.",
    )


def test_parts_for_files_are_refused_with_synthetic_data(tmp_path):
    text = '[study]\ntitle = "S"\ndata = "synthetic"\nkey = "id"\nfactors = ["age"]\n[synthetic]\ndesign = "clinic"\nn = 0\n'

    assert problems(tmp_path, text) == (
        "'key' has no use while the data are synthetic. Remove it, or name a file as 'data'.",
        "in [synthetic], 'n' must be a whole number from 1 on.",
        "in [synthetic], no design 'clinic' is declared. Did you mean 'sleep_clinic'?",
    )


def test_file_without_study_table_is_explained(tmp_path):
    assert problems(tmp_path, 'title = "Iron"\n') == (
        "'title' is not a known key here: it belongs into [study]. Write it below that line.",
        "the table [study] is missing; it needs at least 'title' and 'data'.",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[study\n", "it is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 7). Mend that place first."),
        (b"[study]\ntitle = '\xe5'\n", "line 2 is not UTF-8. Save the file as UTF-8 and try again."),
        (b"a = " + b"[" * 100_000, "its brackets are nested too deeply. Write tables instead."),
        (b"#" * (LARGEST_FILE + 1), "it has 1,048,577 bytes; a study file has at most 1,048,576."),
    ],
    ids=["syntax", "encoding", "nesting", "size"],
)  # fmt: skip
def test_file_that_is_not_toml_is_explained(tmp_path, content, problem):
    path = tmp_path / "study.toml"
    path.write_bytes(content)

    with pytest.raises(StudyFileError) as caught:
        read_study(path, base=BASE)

    assert caught.value.problems == (problem,)


def test_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.encode())

    assert read_study(path, base=BASE).title == "Iron"


def test_missing_study_file_says_what_to_do(tmp_path):
    with pytest.raises(StudyFileError) as caught:
        load_study(tmp_path / "mine.toml")

    assert str(caught.value) == (
        "The study file 'mine.toml' cannot be used:\n"
        "  - there is no such file. Check the name, or write a new study file with `rlsstudy new`."
    )


def test_study_file_with_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(StudyFileError) as caught:
        load_study("a\0b.toml")

    assert caught.value.problems == ("no file can have this name. Check the name.",)


def test_default_study_may_be_named_by_a_path():
    assert load_study(Path("default")) == default_study()


def test_default_study_is_the_synthetic_sleep_clinic():
    study = load_study()

    assert study == default_study()
    assert (study.outcome, study.population, study.data) == ("irls_total", "rls_case", SyntheticData())
    assert {study.model[factor].domain for factor in study.factors} == {
        Domain.VASCULAR,
        Domain.IRON,
        Domain.GENETIC,
        Domain.LIFESTYLE,
        Domain.NEUROLOGICAL,
    }


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('[columns.SEX]\nunit = "x"\n', "in [columns.SEX], 'variable' is needed: the declared variable that the column holds."),
        (
            '[columns.AGE]\nvariable = "age"\ncodes = { 1 = "old" }\n',
            "column 'AGE': 'codes' are for levels, and 'age' is integer. Remove them.",
        ),
        (
            '[columns.AGE]\nvariable = "age"\nmissing = { 9.5 = "lost" }\n',
            "in [columns.AGE], 'missing' must be a table of texts, such as { 1 = \"yes\" };"
            " a code with a point needs quotes: { \"1.5\" = \"yes\" }.",
        ),
        (
            '[[exclusions]]\nvariable = "age"\nreason = "young"\n',
            "in [[exclusions]] 1, one of 'below', 'above' and 'when_missing' must be given.",
        ),
        (
            '[[exclusions]]\nvariable = "sex"\nbelow = 1\nreason = "men"\n',
            "in [[exclusions]] 1, 'sex' has levels; 'below' and 'above' are for numbers.",
        ),
        ("[variables.age]\nlimits = [1, 2, 3]\n", "in [variables.age], 'limits' has 3 numbers; it must have two, such as [0, 40]."),
        ("[variables.age]\nleast_answered = 2\n", "in [variables.age], 'least_answered' is given without 'sum_of'."),
        (
            '[variables.age]\nsum_of = ["irls_total"]\nleast_answered = 2\n',
            "in [variables.age], 'least_answered' is 2, but 'sum_of' lists 1 items.",
        ),
        (
            '[variables.age]\nsum_of = ["irls_total"]\ncauses = ["sex"]\n',
            "in [variables.age], 'causes' has no use: the causes of a derived variable are what it is derived from.",
        ),
        ('[variables.age]\nband_of = "irls_total"\n', "in [variables.age], 'band_of' and 'cuts' are given together."),
        (
            "[variables.ferritin]\nother_units = { mol = 0 }\n",
            "in [variables.ferritin], 'other_units' must be a table of numbers above 0, such as { \"pmol/L\" = 0.445 }.",
        ),
        ("[variables]\nage = 3\n", "in [variables], 'age' must be a table: [variables.age]."),
    ],
)  # fmt: skip
def test_mistake_is_explained_in_its_table(tmp_path, lines, problem):
    assert problems(tmp_path, FILE + lines) == (problem,)


def test_new_variable_in_a_synthetic_study_must_be_derived(tmp_path):
    text = '[study]\ntitle = "S"\ndata = "synthetic"\nfactors = ["age"]\n[variables.x]\nlabel = "X"\ndomain = "iron"\n'

    assert problems(tmp_path, text) == (
        "in [variables.x], a synthetic cohort cannot have a new variable, other than by 'sum_of' or 'band_of'.",
    )


def test_study_without_a_file_is_refused(tmp_path):
    assert problems(tmp_path, FILE.replace('"cohort.csv"', "[]")) == ("in [study], 'data' lists no file.",)


def test_other_units_of_the_study_can_be_used(tmp_path):
    text = FILE.replace('SF = "ferritin"', 'SF = { variable = "ferritin", unit = "mmol/L" }')

    model = read_study(
        write(tmp_path, text + '[variables.ferritin]\nother_units = { "mmol/L" = 4 }\n'), base=BASE
    ).model

    assert model["ferritin"].other_units == (("mmol/L", 4.0),)


def test_an_outcome_that_not_everybody_has_cannot_be_asked_of_everybody(tmp_path):
    text = FILE.replace("factors", 'population = "everyone"\nfactors')
    assert problems(tmp_path, text) == (
        "in [study], the outcome 'irls_total' exists only where 'rls_case' is 'yes': set population = \"rls_case\".",
    )
