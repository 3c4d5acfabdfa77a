"""Claims about the report: it stands alone, says what must be said, and hides no failure."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from fake import fake_course, fake_record, with_failures

from marrow.report.assemble import assemble, summarise
from marrow.report.record import DISCLAIMER
from marrow.report.render import render_report
from marrow.report.summaries import days_text

EMPTY = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Every tag closed, every identity once; keeps attributes by tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_report(assemble(fake_record(uncertain=fake_course(20, until=120.0, seed=2).course)).content))


def test_it_needs_nothing_from_elsewhere(page: Page) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "img"}
    for _tag, attributes in page.tags:
        for name in ("src", "href", "xlink:href", "data"):
            assert (attributes.get(name) or "#").startswith("#")


def test_its_style_fetches_nothing() -> None:
    html = render_report(summarise(fake_record()))
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert "url(" not in style
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def test_no_identity_stands_twice(page: Page) -> None:
    found = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(found) == len(set(found))


def test_what_refers_to_a_part_of_a_figure_finds_it(page: Page) -> None:
    there = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for _, attributes in page.tags:
        for value in attributes.values():
            assert set(re.findall(r"url\(#(\w+)\)", value or "")) <= there
        if (link := attributes.get("xlink:href") or attributes.get("href")) is not None:
            assert link.removeprefix("#") in there


def test_every_figure_can_be_read_without_seeing_it(page: Page) -> None:
    figures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(figures) == 7
    assert all(len(figure["aria-label"] or "") > 40 and figure["role"] == "img" for figure in figures)


def test_it_says_on_top_and_at_the_end_that_it_never_advises_on_treatment(page: Page) -> None:
    assert page.text.count(DISCLAIMER) == 2
    assert "never tells anyone how to treat a patient" in DISCLAIMER
    assert page.text.rstrip().endswith(DISCLAIMER)


def test_it_tells_what_was_done_and_how_to_do_it_again(page: Page) -> None:
    for words in (
        "52 y, female, 68 kg", "fludarabine", "busulfan", "−6 to −3", "platelets when < 10", "seed 1", "0123abcd",
        "marrow simulate plan.yaml --draws 60 --seed 1", "numpy 2", "Nobody 2016",
        "by day 28", "Donor T cells, day 100", "60 to 80", "1 of them are assumed", "measured in transplant patients",
    ):  # fmt: skip
        assert words in page.text, words


def test_what_is_not_modelled_is_said_on_top_and_again(page: Page) -> None:
    assert page.text.count("tacrolimus") >= 2
    assert page.text.index("tacrolimus") < page.text.index("Outcomes")


def test_failed_patients_are_counted_on_top() -> None:
    record = fake_record(with_failures(fake_course(60, until=120.0), (4, 7), day=12.0))
    content = summarise(record)
    assert content.solver.failed == 2
    assert content.solver.failures == (("step too small", 2, "4 (day 12), 7 (day 12)"),)
    assert all(row.unknown == 2 for row in content.outcomes)
    text = Page(render_report(content)).text
    assert "2 of 60 patients could not be solved" in text
    assert text.index("could not be solved") < text.index("Outcomes")


def test_without_failures_no_alarm_is_raised(page: Page) -> None:
    assert "could not be solved" not in page.text


def test_an_autologous_transplant_tells_no_chimerism() -> None:
    from marrow.endpoints.outcome import outcomes

    fake = fake_course(20, until=120.0)
    record = fake_record(fake, is_autologous=True, outcomes=outcomes(fake.course, fake.actions, autologous=True))
    content = summarise(record)
    assert content.chimerism == ()
    assert "Donor T cells" not in Page(render_report(content)).text


def test_words_of_a_plan_cannot_become_markup() -> None:
    bad = '<script>alert("x")</script>'
    record = fake_record(title=bad, facts=((bad, bad),), not_modelled=((bad, bad),))
    page = Page(render_report(assemble(record).content))
    assert "script" not in {tag for tag, _ in page.tags}
    assert bad in page.text


def test_nothing_fired_and_nothing_listed_is_said() -> None:
    fake = fake_course(20, until=60.0)
    record = fake_record(fake, actions=fake.actions.iloc[:0], sources=(), targets=(), not_modelled=(), facts=())
    text = Page(render_report(summarise(record))).text
    assert "Standing orders that fired None." in text
    assert "No list of sources" in text
    assert "not yet modelled" not in text


def test_exposure_is_told_against_its_target() -> None:
    row = next(row for row in summarise(fake_record()).exposures if row.drug == "busulfan")
    assert row.unit == "mg*h/L"
    assert row.target == "60 to 80"
    assert "%" in row.inside


def test_rules_are_told_by_patient() -> None:
    actions = pd.DataFrame(
        {"draw": [0, 0, 3], "day": [7, 9, 8], "rule": "platelets when < 10", "watched": "platelet_count",
         "value": [8.0, 9.0, 7.0], "threshold": 10.0, "amount": 1.0, "amount_unit": "units"}
    )  # fmt: skip
    row = summarise(fake_record(actions=actions)).actions[0]
    assert row.patients.startswith("2 (")
    assert row.per_patient.startswith("0.05 (")  # three in 60 patients
    assert (row.amount, row.first, row.value) == ("1 units", "7", "8")


@pytest.mark.parametrize(
    ("times", "text"),
    [([-5.75, -4.75, -3.75], "−6 to −4"), ([1.25, 3.25, 6.25], "1, 3, 6"), ([0.0], "0"), ([2.25, 2.75], "2")],
)
def test_days_of_doses_are_those_of_the_plan(times: list[float], text: str) -> None:
    assert days_text(times) == text


def test_it_stays_small() -> None:
    html = render_report(assemble(fake_record(fake_course(30))).content)
    assert len(html.encode()) < 3_000_000
