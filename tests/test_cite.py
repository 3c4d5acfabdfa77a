"""What a model rests on can be listed, and every paper cited is there."""

from __future__ import annotations

import pytest

from marrow.cite import RowKind, bibliography, cite, read_bib, read_grade
from marrow.cli import GRADES
from marrow.errors import RunError
from marrow.laboratory.assays import laboratory_rows
from marrow.language import discover
from marrow.language.declare import Derived, Parameter
from marrow.language.view import declared_in
from marrow.sources import Grade
from marrow.terms import Joint


def test_every_number_of_every_module_is_listed_with_its_source():
    modules = discover()
    listed = {(row.module, row.name) for row in cite(modules).rows}
    declared = {
        (module.title, name)
        for module in modules
        for name, each in declared_in(module).items()
        if isinstance(each, Parameter)
    }
    assert declared
    assert declared <= listed


def keys_cited() -> set[str]:
    sources = [
        each
        for module in discover()
        for declared in declared_in(module).values()
        if isinstance(declared, (Parameter, Derived))
        for each in (declared.source, declared.vary.source if isinstance(declared.vary, Joint) else None)
    ]
    sources += [row.source for row in laboratory_rows()]
    return {source.key for source in sources if source is not None and source.key}


def test_every_cited_paper_is_in_the_bibliography():
    assert keys_cited() - set(bibliography()) == set()


def test_every_paper_in_the_bibliography_is_cited():
    assert set(bibliography()) - keys_cited() == set()


def test_rows_are_ordered_by_grade_and_counted():
    found = cite(discover())
    order = [list(Grade).index(row.grade) for row in found.rows]
    assert order == sorted(order)
    assert sum(found.counts.values()) == len(found.rows)
    assert found.counts[Grade.ASSUMED] == sum(row.grade is Grade.ASSUMED for row in found.rows) > 0


def test_values_have_ranges_around_them_and_measured_ones_have_papers():
    for row in cite(discover()).rows:
        if row.kind is RowKind.VALUE:
            assert row.value is not None
            assert row.plausible is not None
            assert row.plausible[0] <= row.value <= row.plausible[1]
        if row.grade in (Grade.MEASURED_IN_TRANSPLANT, Grade.MEASURED_ELSEWHERE):
            assert row.reference is not None


def test_every_paper_can_be_found_by_a_reader():
    ways = ({"doi"}, {"pmid"}, {"url"}, {"eprint"}, {"journal", "volume", "pages"})
    for reference in bibliography().values():
        assert any(way <= set(reference.fields) for way in ways), f"{reference.key}: how is it found?"
        assert reference.key == next(iter(read_bib(reference.bibtex(), "written"))), "what is written can be read"


def test_a_paper_is_shown_as_one_line():
    text = "@article{nath2010, author = {Nath, C. E. and Shaw, P. J. and Earl, J.}, journal = {BJCP}, year = {2010},\n"
    text += "  volume = {69}, pages = {484--497}, doi = {10.1111/x}}"
    assert str(read_bib(text, "a.bib")["nath2010"]) == "Nath et al. 2010, BJCP 69:484–497, doi:10.1111/x"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("@article{a2000, title = {One}}\n@article{a2000, title = {Two}}", "line 2: 'a2000' stands twice"),
        ("@article{a2000, title = {One}, title = {Two}}", "field 'title' stands twice"),
        ("@article{a2000, title = {One", "a brace is not closed"),
        ('@article{a2000, title = "One"}', "needed field = {value}"),
        ("@article{a2000, title = {One} year = {2000}}", "needed a comma"),
        ("\n\nnonsense", "line 3: needed @kind{key,"),
    ],
)
def test_a_bibliography_that_is_not_as_agreed_is_refused_with_its_line(text, why):
    with pytest.raises(RunError, match=why.replace("{", r"\{")):
        read_bib(text, "a.bib")


def test_comments_and_nested_braces_are_read():
    text = "% papers\n@Article{a2000, title = {Of {DNA} and\n  cells}, year = {2000},}\n% end"
    assert read_bib(text, "a.bib")["a2000"].fields == {"title": "Of DNA and cells", "year": "2000"}


def test_a_grade_is_read_by_name_and_a_wrong_one_is_told_the_nearest():
    assert read_grade("assumed") is Grade.ASSUMED
    assert read_grade("fitted") is read_grade("fitted-here") is Grade.FITTED_HERE
    assert [grade.value for grade in Grade] == GRADES
    with pytest.raises(RunError, match="did you mean 'assumed'"):
        read_grade("asumed")
