"""Own columns, options of files, layouts, contradictions and models in a study file."""

from dataclasses import replace
from pathlib import Path

import pytest

from rlsstudy.declare import ColumnMap, Domain, Kind, Scale, Variable
from rlsstudy.declare.codebook import codebook
from rlsstudy.declare.data_files import ROW_KEY, Condition, Contradiction, Layout, OtherColumns
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.declare.formula import Part
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study_file import read_study
from rlsstudy.errors import StudyFileError
from tests.declare.test_study_file import BASE, FILE, write

INF = float("inf")
DATED = '[columns.visit_date]\ntype = "date"\n'


def read(folder: Path, text: str):
    return read_study(write(folder, text), base=BASE)


def complaints(folder: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(StudyFileError) as caught:
        read(folder, text)
    return [(one.code, one.key, one.text) for one in caught.value.complaints]


def own(folder: Path, lines: str, name: str = "x") -> Variable:
    return read(folder, f"{FILE}[columns.{name}]\n{lines}\n").model[name]


# --- [study] ----------------------------------------------------------------------------------------


def test_a_study_without_data_only_says_how_files_are_read(tmp_path):
    study = read(tmp_path, '[study]\nname = "bad-inputs"\nkey = ["id", "visit"]\n[columns]\nAGE = "age"\n')

    assert (study.title, study.data.paths, study.data.key, study.data.visit) == (
        "bad-inputs",
        (),
        "id",
        "visit",
    )
    assert study.data.columns == (ColumnMap("AGE", "age"),)
    assert study.factors == ("ferritin",)


def test_a_study_with_neither_data_nor_key_has_no_data(tmp_path):
    assert complaints(tmp_path, '[study]\ntitle = "S"\n') == [
        ("E_STUDY_FILE", "study.data", "in [study], 'data' is missing.")
    ]


def test_the_title_goes_before_the_name(tmp_path):
    assert read(tmp_path, FILE.replace("[study]", '[study]\nname = "n"')).title == "Iron"


def test_every_row_may_be_a_participant(tmp_path):
    assert read(tmp_path, FILE.replace('"id"', '"row number"')).data.key == ROW_KEY


def test_what_is_said_of_all_columns_is_kept(tmp_path):
    said = (
        'missing = { -9 = "not done", NA = "not recorded" }\nother_columns = "warn"\ndrop = ["email"]\n'
        'site = "country"\nvisit_date = "visit_date"\nat_visit = 0\nkey = ["id", "visit"]\n'
    )
    text = FILE.replace('key = "id"\n', said) + '[columns.country]\ntype = "text"\n' + DATED

    data = read(tmp_path, text).data

    assert (data.missing, data.other_columns) == (
        {"-9": "not done", "NA": "not recorded"},
        OtherColumns.WARN,
    )
    assert (data.drop, data.site, data.visit_date, data.at_visit) == (
        ("email",),
        "country",
        "visit_date",
        "0",
    )


def test_codes_without_reasons_are_not_recorded_and_declare_nothing(tmp_path):
    study = read(tmp_path, FILE.replace('key = "id"', 'key = "id"\nmissing = ["", -9]'))

    assert study.data.missing == {"": "not recorded", "-9": "not recorded"}
    assert study.model["ferritin"].missing == ()


@pytest.mark.parametrize("columns", [True, False])
def test_reasons_of_every_column_are_declared_for_each(tmp_path, columns):
    text = FILE if columns else FILE.split("[columns]")[0]
    study = read(tmp_path, text.replace('key = "id"', 'key = "id"\nmissing = { -9 = "not done" }'))

    assert study.model["ferritin"].missing == (MissingReason("not done"),)
    assert study.model["age"].missing == (() if columns else (MissingReason("not done"),))


@pytest.mark.parametrize(
    ("said", "key", "problem"),
    [
        ('key = ["a", "b", "c"]', "study.key", "in [study], 'key' must be one column, or two: that of the participant and that of the visit."),
        ('key = ["a", "a"]', "study.key", "in [study], 'key' must be one column, or two: that of the participant and that of the visit."),
        ('key = "id"\nother_columns = "drop"', "study.other_columns", "in [study], 'other_columns' is 'drop'. Allowed: note, warn, refuse."),
        ('key = "id"\nmissing = -9', "study.missing", "in [study], 'missing' must be a list of codes, such as [\"-9\", \"\"], or a table of reasons, such as { -9 = \"not done\" }; a code with a point needs quotes."),
        ('key = "id"\nmissing = [9.5]', "study.missing", "in [study], 'missing' must be a list of codes, such as [\"-9\", \"\"], or a table of reasons, such as { -9 = \"not done\" }; a code with a point needs quotes."),
        ('key = "id"\nsite = "country"', "study.site", "in [study], no variable 'country' is declared. Allowed: age, sex, ferritin, rls_case, severity, irls_total."),
        ('key = "id"\nsite = "age"', "study.site", "in [study], the site 'age' is integer; a site has levels or is text."),
        ('key = "id"\nsite = "sex"', "study.site", "in [study], the site 'sex' has no column. Name its column in [columns]."),
        ('key = "id"\nvisit_date = "age"', "study.visit_date", "in [study], the visit_date 'age' is integer, not a date."),
        ('key = "id"\nat_visit = 1', "study.at_visit", "in [study], 'at_visit' needs the column of the visit: key = [\"…\", \"…\"]."),
        ('key = "id"\ndrop = ["SF"]', "study.drop", "in [study], column 'SF' is dropped, and used as well. Do one of both."),
        ('key = "id"\ndrop = ["id"]', "study.drop", "in [study], column 'id' is dropped, and used as well. Do one of both."),
        ('key = "id"\nexclusion = 1', "study.exclusion", "in [study], 'exclusion' is not a known key."),
    ],
)  # fmt: skip
def test_mistakes_in_the_head_are_explained(tmp_path, said, key, problem):
    found = complaints(tmp_path, FILE.replace('key = "id"', said))

    code = "E_UNKNOWN_KEY" if "not a known key" in problem else "E_STUDY_FILE"
    assert found == [(code, key, problem)]


def test_a_key_outside_of_the_study_table_is_sent_there(tmp_path):
    assert complaints(tmp_path, 'data = "cohort.csv"\n' + FILE.replace('data = "cohort.csv"\n', "")) == [
        (
            "E_UNKNOWN_KEY",
            "data",
            "'data' is not a known key here: it belongs into [study]. Write it below that line.",
        ),
    ]


def test_parts_for_files_have_no_use_with_synthetic_data(tmp_path):
    text = '[study]\ntitle = "S"\ndata = "synthetic"\nfactors = ["age"]\ndrop = ["a"]\n[files]\nskip = 1\n'

    assert complaints(tmp_path, text) == [
        (
            "E_STUDY_FILE",
            key,
            f"'{name}' has no use while the data are synthetic. Remove it, or name a file as 'data'.",
        )
        for name, key in (("files", "files"), ("drop", "study.drop"))
    ]


# --- [columns] --------------------------------------------------------------------------------------


def test_a_column_says_how_it_is_written(tmp_path):
    text = FILE.replace(
        'SF = "ferritin"',
        'SF = { variable = "ferritin", unit = "pmol/L", unit_column = "U", missing = ["-9"], detection_limit = true,'
        ' required = true, constant = true, decimal = "," }',
    )

    assert read(tmp_path, text).data.columns[0] == ColumnMap(
        "SF", "ferritin", unit="pmol/L", unit_column="U", missing={"-9": "not recorded"}, detection_limit=True,
        required=True, constant=True, decimal=",",
    )  # fmt: skip


def test_a_column_that_identifies_people_is_dropped(tmp_path):
    data = read(tmp_path, FILE + 'email = { pii = "drop" }\n').data

    assert data.drop == ("email",)
    assert [column.column for column in data.columns] == ["SF", "IRLS"]


def test_a_date_is_declared_in_place(tmp_path):
    lines = 'format = "%d.%m.%Y"\nmin = 2010-01-01\nmax = 2026-12-31\nrequired = true\n'
    study = read(tmp_path, FILE + DATED + lines)

    assert study.model["visit_date"] == Variable(
        "visit_date", "visit_date", Domain.STUDY, Kind.DATE, limits=(14610, 20818), source="declared in the study file"
    )  # fmt: skip
    assert study.data.columns[-1] == ColumnMap(
        "visit_date", "visit_date", date_format="%d.%m.%Y", required=True
    )


@pytest.mark.parametrize(
    ("lines", "kind", "limits"),
    [
        ('type = "integer"\nmin = 0', Kind.INTEGER, (0, INF)),
        ('type = "number"\nmax = 1.5', Kind.CONTINUOUS, (-INF, 1.5)),
        ('type = "date"\nmin = 2010-01-01', Kind.DATE, (14610, INF)),
        ('type = "text"\npattern = "^[A-Z]{2}$"', Kind.TEXT, None),
        ('type = "category"\nlevels = ["a", "b"]', Kind.CATEGORICAL, None),
        ('type = "ordinal"\nlevels = ["a", "b"]', Kind.ORDINAL, None),
        ('type = "binary"\ncodes = { 0 = "no", 1 = "yes" }', Kind.BINARY, None),
    ],
)
def test_types_have_their_kinds_and_limits_may_be_open(tmp_path, lines, kind, limits):
    variable = own(tmp_path, lines)

    assert (variable.kind, variable.limits) == (kind, limits)
    assert (variable.label, variable.domain) == ("x", Domain.STUDY)


def test_levels_are_those_that_the_codes_stand_for(tmp_path):
    assert own(tmp_path, 'type = "binary"\ncodes = { 0 = "no", 1 = "yes" }').levels == ("no", "yes")


def test_a_column_may_describe_its_variable(tmp_path):
    text = FILE + (
        '["columns"."Hepcidin 25"]\ntype = "number"\nvariable = "hepcidin"\nlabel = "Serum hepcidin"\ndomain = "iron"\n'
        'unit = "ng/mL"\nother_units = { "nmol/L" = 2.79 }\nmin = 0.1\nscale = "log2"\ncontrast = [10, 20]\n'
    )
    study = read(tmp_path, text)

    assert study.model["hepcidin"] == Variable(
        "hepcidin", "Serum hepcidin", Domain.IRON, Kind.CONTINUOUS, "ng/mL", (0.1, INF), scale=Scale.LOG2,
        contrast=(10, 20), other_units=(("nmol/L", 2.79),), source="declared in the study file",
    )  # fmt: skip
    assert study.data.columns[-1] == ColumnMap("Hepcidin 25", "hepcidin")


def test_a_column_name_is_written_small_where_that_makes_it_a_name(tmp_path):
    study = read(tmp_path, FILE + '[columns.GENE]\ntype = "text"\n')

    assert study.data.columns[-1] == ColumnMap("GENE", "gene")
    assert study.model["gene"].label == "GENE"


def test_a_declared_variable_keeps_what_is_not_said(tmp_path):
    text = FILE.replace('SF = "ferritin"\n', "") + (
        '[columns.ferritin]\ntype = "number"\nunit = "pmol/L"\nmax = 10000\nlabel = "Ferritin"\n'
        '[columns.sex]\ntype = "category"\nlevels = ["female", "male"]\nconstant = true\n'
        '[columns.age]\ntype = "integer"\nmin = 30\n'
    )
    study = read(tmp_path, text)

    assert study.model["ferritin"] == replace(BASE["ferritin"], limits=(1, 4450), label="Ferritin")
    assert study.model["sex"] == BASE["sex"]
    assert study.model["age"] == replace(BASE["age"], limits=(30, 95))
    assert study.data.columns[-3].unit == "pmol/L"


def test_a_declared_number_may_be_held_to_whole_numbers(tmp_path):
    text = FILE.replace('SF = "ferritin"\n', "") + '[columns.ferritin]\ntype = "integer"\n'

    assert read(tmp_path, text).model["ferritin"].kind is Kind.INTEGER


def test_a_zero_on_a_declared_logarithmic_scale_needs_a_linear_one(tmp_path):
    lines = '[columns.ferritin]\ntype = "number"\nmin = 0\n'
    text = FILE.replace('SF = "ferritin"\n', "") + lines

    assert complaints(tmp_path, text) == [
        (
            "E_STUDY_FILE",
            "columns.ferritin.min",
            "in [columns.ferritin], 'min' must be above 0, because 'ferritin' (Serum ferritin) is declared on the log2 "
            'scale. Give another, or say scale = "linear".',
        )
    ]
    changed = read(tmp_path, text + 'scale = "linear"\n').model["ferritin"]
    assert (changed.limits, changed.scale, changed.contrast) == ((0, 3000), Scale.LINEAR, (50, 100))


@pytest.mark.parametrize(
    ("lines", "key", "problem"),
    [
        ('type = "float"', "columns.x.type", "'type' is 'float'. Allowed: text, integer, number, date, category, ordinal, binary."),
        ('type = "date"\nmin = 2010', "columns.x.min", "'min' must be a date without quotes, such as 2010-01-31."),
        ('type = "date"\nmax = 2010-01-01T10:00:00', "columns.x.max", "'max' must be a date without quotes, such as 2010-01-31."),
        ('type = "number"\nmin = 2010-01-01', "columns.x.min", "'min' must be a number."),
        ('type = "number"\nmin = nan', "columns.x.min", "'min' must be a number."),
        ('type = "number"\nmin = 1' + "0" * 400, "columns.x.min", "'min' must be a number."),
        ('type = "number"\nmin = 2\nmax = 1', "columns.x", "the lower limit must be below the upper one."),
        ('type = "text"\nmin = 2', "columns.x.min", "'min' is for numbers and dates, and the type is 'text'."),
        ('type = "category"\nlevels = ["a"]', "columns.x", "a categorical variable needs at least two levels."),
        ('type = "text"\nlevels = ["a", "b"]', "columns.x", "levels are given, but the kind is 'text'."),
        ('type = "text"\nunit = "kg"', "columns.x", "a text has no unit."),
        ('type = "date"\ncontrast = [1, 2]', "columns.x", "a date has no contrast."),
        ('type = "text"\npattern = "(a+)+"', "columns.x.pattern", "the pattern repeats a part that can match in several ways, as in (a+)+ or (a|b)*, and could run for ever. Write [ab]*, or say how often: {1,3}."),
        ('type = "date"\nformat = "%Y"', "columns.x.format", "the format has no month (%m or %b or %B)."),
        ('type = "number"\ndecimal = ";"', "columns.x.decimal", "'decimal' must be \".\" or \",\"."),
        ('type = "number"\nvariable = "My X"', "columns.x.variable", "'variable' is 'My X'; a name has lower-case letters, digits and underscores, and does not begin with a digit."),
        ('variable = "age"\nmin = 3', "columns.x.min", "'min' describes a variable, and not its column. Say its 'type' too, or write them in [variables.age]."),
        ('pii = "keep"', "columns.x.pii", "'pii' must be \"drop\": the column is known, and left out."),
        ('pii = "drop"\ntype = "text"', "columns.x.pii", "a column that is dropped needs no other key than 'pii'."),
    ],
)  # fmt: skip
def test_mistakes_in_a_column_are_explained(tmp_path, lines, key, problem):
    assert complaints(tmp_path, f"{FILE}[columns.x]\n{lines}\n") == [
        ("E_STUDY_FILE", key, f"in [columns.x], {problem}")
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('x = { variable = "age", pattern = "a" }', "'pattern' is for texts, and 'age' is integer. Remove it."),
        ('x = { variable = "age", format = "%d.%m.%Y" }', "'format' is for dates, and 'age' is integer. Remove it."),
        ('x = { variable = "sex", unit_column = "u" }', "'unit_column' is for numbers, and 'sex' is binary. Remove it."),
        ('x = { variable = "sex", decimal = "," }', "'decimal' is for numbers, and 'sex' is binary. Remove it."),
        ('x = { variable = "sex", detection_limit = true }', "'detection_limit' is for numbers, and 'sex' is binary. Remove it."),
    ],
)  # fmt: skip
def test_what_would_have_no_effect_on_a_column_is_refused(tmp_path, lines, problem):
    assert complaints(tmp_path, f"{FILE}{lines}\n") == [
        ("E_STUDY_FILE", "columns.x", f"column 'x': {problem}")
    ]


def test_a_type_that_contradicts_the_declaration_is_refused(tmp_path):
    assert complaints(tmp_path, FILE + '[columns.sex]\ntype = "text"\n') == [
        (
            "E_STUDY_FILE",
            "columns.sex.type",
            "in [columns.sex], 'type' is 'text', and the variable 'sex' (Sex) is declared as binary. "
            'Change the type, or give the column another name: variable = "…".',
        )
    ]


def test_a_column_whose_name_is_no_variable_needs_one(tmp_path):
    assert complaints(tmp_path, FILE + '[columns."Visit Date"]\ntype = "date"\n') == [
        (
            "E_STUDY_FILE",
            'columns."Visit Date".variable',
            "in [columns.Visit Date], the column's name cannot be that of a variable. Give it one, of lower-case "
            'letters, digits and underscores: variable = "…".',
        )
    ]


def test_a_misspelt_key_has_its_code_and_its_place(tmp_path):
    text = FILE + '[columns.participant_id]\ntype = "text"\npatern = "^[0-9]$"\n'

    assert complaints(tmp_path, text) == [
        (
            "E_UNKNOWN_KEY",
            "columns.participant_id.patern",
            "in [columns.participant_id], 'patern' is not a known key. Did you mean 'pattern'?",
        )
    ]


def test_texts_and_dates_can_be_declared_apart_from_their_columns(tmp_path):
    text = FILE + 'NOTE = "note"\n[variables.note]\nlabel = "Note"\ndomain = "study"\nkind = "text"\n'

    assert read(tmp_path, text).model["note"].kind is Kind.TEXT


@pytest.mark.parametrize("role", ["outcome", "factors", "population"])
def test_texts_and_dates_are_not_modelled(tmp_path, role):
    said = {"outcome": '"visit_date"', "factors": '["visit_date"]', "population": '"visit_date"'}[role]
    text = FILE.replace('factors = ["ferritin"]\n', "").replace('"id"', f'"id"\n{role} = {said}') + DATED
    problems = {
        "outcome": ["in [study], the outcome 'visit_date' is date, not a number."],
        "factors": [
            "in [study], the factor 'visit_date' is a date, which is carried along and never modelled."
        ],
        "population": [
            "in [study], the population 'visit_date' is not a binary variable.",
            "in [study], the outcome 'irls_total' exists only where 'rls_case' is 'yes': set population = \"rls_case\".",
        ],
    }[role]

    assert [problem for _, _, problem in complaints(tmp_path, text)] == problems


def test_nothing_is_computed_from_a_text(tmp_path):
    text = FILE + (
        '[columns.note]\ntype = "text"\n[columns.x]\ntype = "number"\n'
        '[variables.total]\nlabel = "Total"\ndomain = "study"\nsum_of = ["age", "irls_total"]\n'
    )
    assert read(tmp_path, text).model["total"].is_carried is False

    lines = '[variables.note]\nlabel = "Note"\ndomain = "study"\nkind = "text"\n'
    lines += '[variables.total]\nlabel = "Total"\ndomain = "study"\nsum_of = ["age", "note"]\n'
    assert [problem for _, _, problem in complaints(tmp_path, FILE + lines)] == [
        "in [variables], 'total': 'note' is a text, from which nothing is computed."
    ]


def test_the_codebook_writes_dates_in_full_and_leaves_open_ends_empty(tmp_path):
    rows = {row["name"]: row for row in codebook(read(tmp_path, FILE + DATED + "min = 2010-01-01\n").model)}

    assert (rows["visit_date"]["lowest"], rows["visit_date"]["highest"]) == ("2010-01-01", "")
    assert (rows["visit_date"]["kind"], rows["visit_date"]["scale"]) == ("date", "")


# --- [files], [layouts] -----------------------------------------------------------------------------


def test_options_of_a_file_differ_from_those_of_every_file(tmp_path):
    text = FILE.replace('"cohort.csv"', '["cohort.csv", "site_a.xlsx"]') + (
        '[files]\nencoding = "cp1252"\ndelimiter = ";"\ndecimal = ","\ncomment = "#"\nskip = 2\nmax_rows = 10\n'
        '[files."site_*.xlsx"]\nskip = 0\nsheet = "Data"\ncells = "A7:BC64"\nheader_rows = 2\n'
        'catalogue = "a.sas7bcat"\nredcap = "eav"\ndictionary = "d.csv"\nevent = "e"\ninstrument = ""\nmax_columns = 9\n'
    )
    options = read(tmp_path, text).data.options

    every = FileOptions(encoding="cp1252", delimiter=";", decimal=",", comment="#", skip=2, max_rows=10)
    assert options.of(tmp_path / "cohort.csv") == every
    assert options.of(tmp_path / "site_a.xlsx") == replace(
        every, skip=0, sheet="Data", cells="A7:BC64", header_rows=2, catalogue=tmp_path / "a.sas7bcat",
        redcap=RedcapExport.EAV, dictionary=tmp_path / "d.csv", event="e", instrument="", max_columns=9,
    )  # fmt: skip


def test_without_options_files_are_read_as_they_are(tmp_path):
    assert read(tmp_path, FILE).data.options.of(tmp_path / "cohort.csv") == FileOptions()


@pytest.mark.parametrize(
    ("line", "key", "problem"),
    [
        ('encoding = "utf-9"', "encoding", "'encoding' is 'utf-9', which is not known. Usual ones: utf-8, utf-16, cp1252, iso-8859-1, cp850."),
        ('encoding = "zlib"', "encoding", "'encoding' is 'zlib', which is not known. Usual ones: utf-8, utf-16, cp1252, iso-8859-1, cp850."),
        ('encoding = "../x"', "encoding", "'encoding' is '../x', which is not known. Usual ones: utf-8, utf-16, cp1252, iso-8859-1, cp850."),
        ('delimiter = ",,"', "delimiter", "'delimiter' must be one sign, such as \";\" or \"\\t\"."),
        ('delimiter = "a"', "delimiter", "'delimiter' must be one sign, such as \";\" or \"\\t\"."),
        ('decimal = ""', "decimal", "'decimal' must be text in quotes, not blank."),
        ("skip = -1", "skip", "'skip' must be a whole number from 0 on."),
        ('cells = "A7"', "cells", "'cells' must be the range of header and data, such as \"A7:BC64\"."),
        ('redcap = "both"', "redcap", "'redcap' is 'both'. Allowed: raw, labels, eav."),
    ],
)  # fmt: skip
def test_mistakes_in_options_are_explained(tmp_path, line, key, problem):
    assert complaints(tmp_path, f"{FILE}[files]\n{line}\n") == [
        ("E_STUDY_FILE", f"files.{key}", f"in [files], {problem}")
    ]


def test_options_of_a_file_that_is_not_read_are_refused(tmp_path):
    assert complaints(tmp_path, FILE + '[files."cohrt.csv"]\nskip = 1\n') == [
        (
            "E_STUDY_FILE",
            'files."cohrt.csv"',
            "in [files.cohrt.csv], no file of 'data' has such a name. There: 'cohort.csv'.",
        )
    ]


def test_a_layout_has_columns_of_its_own(tmp_path):
    text = FILE + (
        '[layouts.redcap]\nhas = ["record_id", "event"]\nkey = ["record_id", "event"]\n'
        '[layouts.redcap.columns]\nferritin_ng = { variable = "ferritin", missing = { -8 = "refused" } }\n'
        'gene = { type = "text" }\nphone = { pii = "drop" }\n'
    )
    study = read(tmp_path, text)

    columns = (ColumnMap("ferritin_ng", "ferritin", missing={"-8": "refused"}), ColumnMap("gene", "gene"))
    assert study.data.layouts == (
        Layout("redcap", ("record_id", "event"), "record_id", columns, visit="event"),
    )
    assert study.data.drop == ("phone",)
    assert study.model["ferritin"].missing == (MissingReason("refused"),)
    assert study.model["gene"].kind is Kind.TEXT


def test_a_layout_has_the_key_of_the_study_unless_it_says_so(tmp_path):
    text = FILE + '[layouts.other]\nhas = ["F"]\n[layouts.other.columns]\nF = "ferritin"\n'

    assert read(tmp_path, text).data.layouts[0].key == "id"


def test_mistakes_in_a_layout_are_explained(tmp_path):
    assert complaints(tmp_path, FILE + "[layouts.other]\nhass = []\n") == [
        ("E_UNKNOWN_KEY", "layouts.other.hass", "in [layouts.other], 'hass' is not a known key. Did you mean 'has'?"),
        ("E_STUDY_FILE", "layouts.other.has", "in [layouts.other], 'has' must list the columns by which a file of this layout is known, or 'files' names."),
        ("E_STUDY_FILE", "layouts.other.columns", "in [layouts.other], its [columns] are missing."),
    ]  # fmt: skip


def test_layout_without_a_key_is_the_usual_one_but_for_its_columns(tmp_path):
    text = FILE + (
        'AGE = "age"\nSEX = "sex"\n[layouts.spss]\nfiles = ["*.sav"]\n'
        '[layouts.spss.columns]\nSEX = { variable = "sex", codes = { 1 = "male", 2 = "female" } }\n'
    )

    (layout,) = read(tmp_path, text).data.layouts

    assert (layout.files, layout.has, layout.key) == (("*.sav",), (), read(tmp_path, text).data.key)
    assert [column.column for column in layout.columns][-2:] == ["AGE", "SEX"]
    assert layout.columns[-1].codes == {"1": "male", "2": "female"}
    assert layout.fits("a.sav", ["AGE"]) and not layout.fits("a.csv", ["AGE"])


# --- [[contradictions]], [models] -------------------------------------------------------------------


def test_what_cannot_be_so_is_read(tmp_path):
    text = (
        FILE
        + 'AGE = "age"\nSEX = "sex"\n'
        + DATED
        + (
            '[[contradictions]]\nreason = "a"\nwhen = { sex = "male", age = { below = 30, above = 20 } }\nrefuse = true\n'
            '[[contradictions]]\nreason = "b"\nwhen = { sex = ["female"], visit_date = { below = 2010-01-01 } }\n'
            '[[contradictions]]\nreason = "c"\nwhen = { irls_total = { above = "age" } }\n'
        )
    )

    assert read(tmp_path, text).data.contradictions == (
        Contradiction("a", (Condition("sex", ("male",)), Condition("age", below=30, above=20)), refuse=True),
        Contradiction("b", (Condition("sex", ("female",)), Condition("visit_date", below=14610))),
        Contradiction("c", (Condition("irls_total", above_variable="age"),)),
    )


@pytest.mark.parametrize(
    ("when", "key", "problem"),
    [
        ('{ irls_total = { below = 3 } }', "when", "1.when, two conditions or more are needed, which cannot be so together."),
        ('{ iron = "low", irls_total = { below = 3 } }', "when.iron", "1.when, no variable 'iron' is declared. Allowed: age, sex, ferritin, rls_case, severity, irls_total."),
        ('{ irls_total = "low", ferritin = { below = 3 } }', "when.irls_total", "1.when, 'irls_total' is integer: write { below = … } or { above = … }."),
        ('{ irls_total = { under = 3 }, ferritin = { below = 3 } }', "when.irls_total.under", "1.when.irls_total, 'under' is not a known key. Allowed: above, below."),
        ('{ irls_total = { below = "x" }, ferritin = { below = 3 } }', "when.irls_total.below", "1.when.irls_total, 'below' must be a number."),
        ('{ irls_total = { below = 2010-01-01 }, ferritin = { below = 3 } }', "when.irls_total.below", "1.when.irls_total, 'below' must be a number, as 'irls_total' is integer."),
        ('{ irls_total = { above = "sex" } }', "when.irls_total.above", "1.when.irls_total, 'irls_total' is integer and 'sex' is binary; these cannot be compared."),
        ('{ rls_case = ["maybe"], ferritin = { below = 3 } }', "when.rls_case", "1.when, 'rls_case' has no level 'maybe'. Allowed: no, yes."),
        ('{ age = { below = 3 }, ferritin = { below = 3 } }', "when", "1, 'age' has no column. Name its column in [columns]."),
    ],
)  # fmt: skip
def test_mistakes_in_a_contradiction_are_explained(tmp_path, when, key, problem):
    found = complaints(tmp_path, f'{FILE}[[contradictions]]\nreason = "r"\nwhen = {when}\n')

    assert (found[0][1], found[0][2]) == (f"contradictions.1.{key}", f"in [[contradictions]] {problem}")


def test_a_contradiction_needs_a_reason_and_its_conditions(tmp_path):
    assert complaints(tmp_path, FILE + "[[contradictions]]\nrefuse = true\n") == [
        ("E_STUDY_FILE", "contradictions.1", "in [[contradictions]] 1, 'reason' and 'when' must be given.")
    ]


def test_a_model_is_read_in_the_names_of_its_columns_and_variables(tmp_path):
    models = '[models.m1]\nkind = "ols"\nformula = "IRLS ~ log(SF) + C(sex, ref=\'male\') * age"\n'
    formula = read(tmp_path, FILE + models).models["m1"]

    assert (formula.kind, formula.outcome) == ("ols", Part("irls_total"))
    assert [":".join(map(str, term)) for term in formula.terms] == [
        "log(ferritin)", "C(sex, ref='male')", "age", "C(sex, ref='male'):age",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("irls_total ~ __import__('os').system('id')", "the formula cannot be read: at character 14, '__import__' is no function of formulas. Allowed: log, log2, sqrt, center, scale, poly, spline, C."),
        ("irls_total ~ feritin", "in the formula, at character 14, no variable 'feritin' is declared. Did you mean 'ferritin'?"),
        ("irls_total ~ severity", "in the formula, at character 14, 'severity' (Severity, latent) is latent and cannot be used."),
        ("irls_total ~ visit_date", "in the formula, at character 14, 'visit_date' is a date, which is carried along and never modelled."),
        ("irls_total ~ log(sex)", "in the formula, at character 18, log() is for numbers, and 'sex' has levels."),
        ("irls_total ~ C(ferritin)", "in the formula, at character 16, C() is for levels and whole numbers, and 'ferritin' is continuous."),
        ("irls_total ~ C(sex, ref='man')", "in the formula, at character 16, 'sex' has no level 'man'. Allowed: male, female."),
    ],
)  # fmt: skip
def test_mistakes_in_a_formula_have_its_code_and_place(tmp_path, formula, problem):
    assert complaints(tmp_path, f'{FILE}{DATED}[models.m1]\nformula = "{formula}"\n') == [
        ("E_FORMULA", "models.m1.formula", f"in [models.m1], {problem}")
    ]


def test_a_model_needs_a_formula(tmp_path):
    assert complaints(tmp_path, FILE + '[models.m1]\nkind = "ols"\n') == [
        (
            "E_STUDY_FILE",
            "models.m1.formula",
            "in [models.m1], 'formula' is missing, such as formula = \"irls_total ~ ferritin + age\".",
        )
    ]


# --- what is not TOML -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("[columns.irls]\nx = 1\n[columns.irls]\n", "columns.irls", 3),
        ("[columns.'a b']\n[columns.'a b']\n", 'columns."a b"', 2),
        ("[study]\ntitle = 'a'\ntitle = 'b'\n[columns]\n", "study.title", 3),
        ("[study]\ntitle = 'a'\ntitle = 'b'", "study.title", 3),
        ("a = 1\n[a]\n", "a", 2),
        ("[a]\nb = { x = 1, x = 2 }\n", "a.b", 2),
        ("[study\n", "", 1),
        ("a = [[\n", "", 1),
        ("a" + ".a" * 100 + " = 1\n", "", 1),
        ("x = " + "9" * 5000 + "\n", "", None),
    ],
)  # fmt: skip
def test_a_fault_of_toml_has_its_code_line_and_key(tmp_path, text, key, line):
    with pytest.raises(StudyFileError) as caught:
        read(tmp_path, text)

    (complaint,) = caught.value.complaints
    assert (complaint.code, complaint.key, complaint.line) == ("E_TOML", key, line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "a" + ".a" * 100 + " = 1\n",
            "line 1 has more than 64 dots; keys are not nested so deeply. Shorten it.",
        ),
        ("x = " + "9" * 5000 + "\n", "a number in it has too many digits. Write a code in quotes."),
    ],
)
def test_what_would_exhaust_the_parser_is_refused_before(tmp_path, text, problem):
    with pytest.raises(StudyFileError) as caught:
        read(tmp_path, text)

    assert caught.value.problems == (problem,)


def test_a_file_that_is_not_there_is_not_a_fault_of_toml(tmp_path):
    with pytest.raises(StudyFileError) as caught:
        read_study(tmp_path / "nix.toml")

    assert caught.value.complaints[0].code == "E_STUDY_FILE"


def test_score_may_be_made_of_items_that_columns_declare_in_place(tmp_path):
    text = FILE + (
        '[columns.q1]\ntype = "integer"\nmin = 1\nmax = 5\n[columns.q2]\ntype = "integer"\nmin = 1\nmax = 5\n'
        '[variables.well_being]\nlabel = "Well-being"\ndomain = "outcome"\nkind = "integer"\nsum_of = ["q1", "q2"]\n'
    )

    study = read(tmp_path, text)

    assert study.model["well_being"].causes == ("q1", "q2")
    assert study.model["q2"].limits == (1, 5)


def test_mistake_in_a_column_is_told_once_though_columns_are_looked_at_ahead(tmp_path):
    problems = complaints(tmp_path, FILE + '[columns.q1]\ntype = "integr"\n')

    assert [key for _, key, _ in problems] == ["columns.q1.type"]
