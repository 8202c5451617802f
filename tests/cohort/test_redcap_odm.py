"""The dictionary in a project's XML is the one of its CSV, and no XML does harm."""

import random
from pathlib import Path

import pytest

from rlsstudy.cohort.redcap.dictionary import read_redcap_dictionary
from rlsstudy.cohort.redcap.odm import read_odm
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "redcap"
PROJECT = """<?xml version="1.0" encoding="UTF-8" ?>
<ODM xmlns:redcap="https://projectredcap.org"><Study>
<GlobalVariables><StudyName>Sleep</StudyName><redcap:MissingDataCodes>NI, no information
-77, refused</redcap:MissingDataCodes></GlobalVariables>
<MetaDataVersion>
<FormDef redcap:FormName="base"><ItemGroupRef ItemGroupOID="base.id"/></FormDef>
<ItemGroupDef OID="base.id"><ItemRef ItemOID="id"/><ItemRef ItemOID="q"/><ItemRef ItemOID="sym___1"/></ItemGroupDef>
<ItemDef OID="id" redcap:Variable="id" redcap:FieldType="text"/>
<ItemDef OID="q" redcap:Variable="q" redcap:FieldType="select" redcap:RequiredField="y" redcap:BranchingLogic="[a] = 1">
<Question><TranslatedText>How
often?</TranslatedText></Question><CodeListRef CodeListOID="q.choices"/></ItemDef>
<ItemDef OID="sym___1" redcap:Variable="sym" redcap:FieldType="checkbox"><CodeListRef CodeListOID="s"/></ItemDef>
<CodeList OID="q.choices"><CodeListItem CodedValue="0"><Decode><TranslatedText>Never,
or seldom</TranslatedText></Decode></CodeListItem>
<CodeListItem CodedValue="1"><Decode><TranslatedText>Often</TranslatedText></Decode></CodeListItem></CodeList>
<CodeList OID="s" redcap:CheckboxChoices="1, Pain|-2, Urge"/>
</MetaDataVersion></Study><ClinicalData><never read"""


def write(folder: Path, text: str) -> Path:
    path = folder / "project.xml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> CohortError:
    with pytest.raises(CohortError) as caught:
        read_odm(write(folder, text))
    return caught.value


def test_xml_and_csv_of_one_project_have_the_same_fields():
    from_xml = read_odm(DATA / "repeating_project.xml")

    assert from_xml.fields == read_redcap_dictionary(DATA / "repeating_dictionary.csv").fields
    assert (from_xml.key, from_xml.title) == ("record_id", "REDCapR: repeating-instruments")


def test_choices_boxes_and_missing_data_codes_are_read_and_participants_are_not(tmp_path):
    dictionary = read_odm(write(tmp_path, PROJECT))

    fields = {own.name: own for own in dictionary.fields}
    assert list(fields) == ["id", "q", "sym___1", "sym____2", "base_complete"]
    assert fields["q"].levels == {"0": "Never, or seldom", "1": "Often"}
    assert (fields["q"].required, fields["q"].branching, fields["q"].label) == (
        True,
        "[a] = 1",
        "How\noften?",
    )
    assert dictionary.missing == {"NI": "no information", "-77": "refused"}


def test_column_that_redcap_adds_itself_is_no_field():
    names = [own.name for own in read_odm(DATA / "simple_project.xml").fields]

    assert len(names) == 25
    assert "redcap_data_access_group" not in names


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "other.dtd">',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "other.txt">]>',
    ],
    ids=["entity", "bomb", "outside type", "outside entity"],
)
def test_document_types_and_entities_are_refused(tmp_path, declaration):
    assert str(refusal(tmp_path, f"{declaration}<ODM>&b;</ODM>")) == (
        "'project.xml' cannot be read:\n"
        "  - 'project.xml' declares a document type or an entity, as REDCap never does."
        " Allowed: XML without either. Export the project's metadata again, under 'Other Functionality'"
        " in the project's setup."
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("<ODM>\n<a></b></ODM>", "E_DICTIONARY", 2),
        ("<ODM/>", "E_DICTIONARY", None),
        ('<?xml version="1.0" encoding="none"?><ODM/>', "E_DICTIONARY", None),
        ("record_id,age\n1,54\n", "E_DICTIONARY", 1),
        ("<a>" * 200, "E_LIMIT", None),
        (PROJECT.replace('"select"', '"selekt"'), "E_DICTIONARY", 9),
        (PROJECT.replace("|-2, Urge", "|Urge"), "E_DICTIONARY", 12),
        (PROJECT.replace("-77, refused", "refused"), "E_DICTIONARY", 1),
    ],
    ids=["tags", "no fields", "encoding", "no XML", "deep", "type", "choices", "missing codes"],
)
def test_other_xml_is_refused_with_its_line(tmp_path, text, code, line):
    problem = refusal(tmp_path, text).problems[0]

    assert (problem.code, problem.line) == (code, line)


@pytest.mark.slow
def test_damaged_xml_is_read_or_refused_and_nothing_else(tmp_path):
    content = (DATA / "repeating_project.xml").read_bytes()
    chance = random.Random(4)
    path = tmp_path / "project.xml"
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 16)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed)
        try:
            read_odm(path)
        except CohortError as error:
            assert error.problems
