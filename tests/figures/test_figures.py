"""Claims about the figures of a course: what is on them, and that they disturb nothing."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from fake import Fake, fake_course, with_failures

from marrow.figures.care import share_by_day
from marrow.figures.comparison import draw_comparison
from marrow.figures.counts import draw_counts
from marrow.figures.engraftment import Recovery, cumulative, wilson
from marrow.figures.gallery import Material, draw_all
from marrow.figures.panel import linear_ticks, log_ticks, plain_number
from marrow.figures.scene import RuleMark, Scene, set_scene
from marrow.figures.style import INK, as_png, as_svg, for_page

KINDS = ["counts", "engraftment", "marrow", "chimerism", "lymphocytes", "drugs", "cytokines"]


@pytest.fixture(scope="module")
def fake() -> Fake:
    return fake_course(40, until=200.0)


def scene_of(fake: Fake, **options) -> Scene:
    return set_scene(fake.course, fake.doses, fake.actions, **options)


def recoveries(fake: Fake) -> list[Recovery]:
    return [
        Recovery("ANC", fake.outcomes["neutrophil_engraftment_day"], "Neutrophils"),
        Recovery("platelets", fake.outcomes["platelet_engraftment_day"], "Platelets"),
    ]


def panel_of(drawing, title: str):
    return next(axes for axes in drawing.figure.axes if axes.get_title(loc="left").startswith(title))


def test_every_kind_is_drawn_and_described(fake: Fake) -> None:
    drawings = draw_all(Material(scene_of(fake), recoveries(fake)))
    assert [drawing.name for drawing in drawings] == KINDS
    for drawing in drawings:
        assert len(drawing.alt) > 40
        assert drawing.caption
        assert as_png(drawing).startswith(b"\x89PNG")
        assert as_svg(drawing).startswith("<?xml")


@pytest.mark.parametrize(
    "kept", ["absolute_neutrophil_count", "cd4_count", "stem_cells", "busulfan", "g_csf", "nothing"]
)
def test_what_a_course_does_not_hold_is_left_out(fake: Fake, kept: str) -> None:
    names = [str(name) for name, v in fake.course.data_vars.items() if v.ndim == 2 and not str(name).startswith(kept)]
    course = fake.course.drop_vars(names)
    drawings = draw_all(Material(set_scene(course, fake.doses, fake.actions)))
    assert len(drawings) <= 3
    for drawing in drawings:
        as_svg(drawing)


@pytest.mark.parametrize(("draws", "until"), [(1, 365.0), (2, 31.0), (3, 60.0), (5, 1500.0)])
def test_few_patients_and_any_follow_up(draws: int, until: float) -> None:
    small = fake_course(draws, until=until)
    for drawing in draw_all(Material(scene_of(small), recoveries(small))):
        as_svg(drawing)


def test_nothing_given_and_no_rule_fired(fake: Fake) -> None:
    scene = set_scene(fake.course, fake.doses.iloc[:0], fake.actions.iloc[:0])
    for drawing in draw_all(Material(scene)):
        as_svg(drawing)


def test_failed_patients_do_not_hide_the_others(fake: Fake) -> None:
    failed = with_failures(fake, (0, 3), day=10.0)
    bands = scene_of(failed).bands["absolute_neutrophil_count"]
    assert bands.counted[0] == 40
    assert bands.counted[-1] == 38
    assert np.isfinite(bands.levels).all()


def test_everybody_failed_is_still_a_figure(fake: Fake) -> None:
    failed = with_failures(fake, tuple(range(40)), day=-7.5)
    for drawing in draw_all(Material(scene_of(failed), recoveries(failed))):
        as_svg(drawing)


def test_thresholds_and_rules_are_drawn_where_they_are(fake: Fake) -> None:
    drawing = draw_counts(scene_of(fake, rules=[RuleMark("platelets when < 10", "platelet_count", 10.0)]))
    assert drawing is not None
    heights = {
        float(line.get_ydata()[0]) for line in panel_of(drawing, "Neutrophils").lines if len(line.get_ydata()) == 2
    }
    assert {0.5, 0.1} <= heights
    words = [text.get_text() for text in panel_of(drawing, "Platelets").texts]
    assert "platelets when < 10" in words
    assert {"20", "50"} <= set(words)


def test_laboratory_values_lie_on_their_days(fake: Fake) -> None:
    name = "absolute_neutrophil_count"
    observed = pd.DataFrame({"day": [3.0, 9.0, 12.0], "analyte": name, "value": [1.0, 0.1, 0.3], "censored": [0, 1, 0]})
    drawing = draw_counts(scene_of(fake, observed=observed))
    assert drawing is not None
    lines = {line.get_marker(): line for line in panel_of(drawing, "Neutrophils").lines if line.get_color() == INK}
    assert lines["o"].get_xydata().tolist() == [[3.0, 1.0], [12.0, 0.3]]
    assert lines["v"].get_xydata().tolist() == [[9.0, 0.1]]
    assert lines["v"].get_markerfacecolor() == "none"


def test_what_a_laboratory_measured_gets_a_panel(fake: Fake) -> None:
    observed = pd.DataFrame({"day": [3.0, 400.0], "analyte": "white_cell_count", "value": [99.0, 500.0], "censored": 0})
    with_it = next(d for d in draw_all(Material(scene_of(fake, observed=observed))) if d.name == "lymphocytes")
    axes = panel_of(with_it, "White cells")
    assert 99 < axes.get_ylim()[1] < 200  # high enough for what is in range, which day 400 is not
    without = next(d for d in draw_all(Material(scene_of(fake))) if d.name == "lymphocytes")
    assert len(with_it.figure.axes) == len(without.figure.axes) + 1


def test_doses_of_a_drug_that_is_not_modelled_are_marked_as_such(fake: Fake) -> None:
    scene = scene_of(fake, not_modelled=["busulfan"])
    assert "busulfan (not modelled)" in {dose.drug for dose in scene.doses}
    assert len(scene.dose_days) == len(fake.doses) - 4


def test_uncertain_parameters_are_an_outline_of_their_own(fake: Fake) -> None:
    def dashed(drawing) -> int:
        return sum(line.is_dashed() and line.get_linewidth() == 0.9 for line in panel_of(drawing, "Neutrophils").lines)

    wider = fake_course(40, until=200.0, seed=2, spread=1.8)
    assert dashed(draw_counts(scene_of(fake))) == 0
    assert dashed(draw_counts(scene_of(fake, uncertain=wider.course))) == 2


def test_the_share_of_patients_treated_is_counted_by_day() -> None:
    shares = share_by_day(np.array([2, 2, 3]), np.arange(-1, 5), patients=4)
    assert shares.tolist() == [0, 0, 0, 0.5, 0.25, 0]


def words_with_places(figure: Any) -> list[tuple[str, Any]]:
    """Every text of a figure and its box in pixels."""
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


@pytest.mark.parametrize("until", [60.0, 200.0, 365.0, 730.0, 3650.0])
def test_no_words_are_cut_and_no_labels_of_days_lie_on_each_other(until: float) -> None:
    small = fake_course(5, until=until)
    rule = "ruxolitinib 10 mg twice daily from day 20 to day 2000 when steroids fail"
    others = {"early": [3, 4], "late": [40, int(until)], "always": range(-3, int(until))}
    rows = [{"draw": 0, "day": day, "rule": f"{rule}, {name}"} for name, days in others.items() for day in days]
    actions = pd.concat([small.actions, pd.DataFrame(rows)])
    scene = set_scene(small.course, small.doses, actions)
    for drawing in draw_all(Material(scene, recoveries(small))):
        page = drawing.figure.bbox
        words = words_with_places(drawing.figure)
        for text, box in words:
            assert page.x0 <= box.x0 <= box.x1 <= page.x1, (drawing.name, text)
        if drawing.name == "counts":
            assert {f"{rule}, {name}" for name in others} <= {text.replace("\n", " ") for text, _ in words}
        below = {label for _, label in [*scene.axis.ticks(), *scene.axis.ticks(small=True)]}
        labels = sorted((box.y0, box.x0, box.x1) for text, box in words if text in below)
        for (y, _, right), (other, left, _) in pairwise(labels):
            assert y != other or left > right + 3, drawing.name


def test_recovery_counts_those_who_never_recover_and_leaves_out_the_unknown() -> None:
    days, count, known = cumulative(np.array([10.0, 12.0, np.inf, np.nan]), 20.0)
    assert known == 3
    assert count[days == 11] == 1
    assert count[-1] == 2


def test_wilson_is_the_published_formula() -> None:
    low, high = wilson(np.array([0, 50, 100]), 100)
    np.testing.assert_allclose(low, [0.0, 0.4038, 0.9630], atol=5e-5)
    np.testing.assert_allclose(high, [0.0370, 0.5962, 1.0], atol=5e-5)


def test_same_course_same_bytes(fake: Fake) -> None:
    first, second = (draw_counts(scene_of(fake)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert as_svg(first) == as_svg(second)


def test_in_a_page_a_figure_has_words_and_the_colours_of_the_page(fake: Fake) -> None:
    drawing = draw_counts(scene_of(fake))
    assert drawing is not None
    page = for_page(as_svg(drawing), drawing)
    assert page.startswith('<svg role="img" aria-label="Medians over time')
    assert INK not in page
    assert "var(--ink)" in page
    assert "<metadata" not in page


def test_drawing_leaves_the_settings_of_the_caller_alone(fake: Fake) -> None:
    before = dict(mpl.rcParams)
    drawing = draw_counts(scene_of(fake))
    assert drawing is not None
    as_png(drawing)
    assert dict(mpl.rcParams) == before


def test_pyplot_is_never_loaded() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1] / 'report')!r})\n"
        "from fake import fake_course\nfrom marrow.figures.gallery import Material, draw_all\n"
        "from marrow.figures.scene import set_scene\nfrom marrow.figures.style import as_png\n"
        "f = fake_course(3, until=40.0)\nscene = set_scene(f.course, f.doses, f.actions)\n"
        "[as_png(d) for d in draw_all(Material(scene))]\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_two_plans_lie_over_each_other(fake: Fake) -> None:
    other = fake_course(40, until=200.0, graft=0.3)
    pairs = list(zip(recoveries(fake), recoveries(other), strict=True))
    drawing = draw_comparison(scene_of(fake), scene_of(other), pairs, "graft.cd34=2e6/kg")
    assert len(drawing.figure.axes) == 5
    assert "graft.cd34=2e6/kg" in drawing.alt
    as_svg(drawing)


def test_labels_of_numbers_are_plain() -> None:
    shown = {0: "0", 0.01: "0.01", 0.5: "0.5", 200: "200", 5e4: "5·10⁴", 1e5: "10⁵", 1e-4: "10⁻⁴"}
    assert {value: plain_number(value) for value in shown} == shown
    assert log_ticks(0.005, 12) == [0.01, 0.1, 1, 10]
    assert log_ticks(3, 400) == [3, 10, 30, 100, 300]
    assert linear_ticks(5, 15)[0] >= 5
    assert len(log_ticks(1, 1e10)) <= 7
