"""What threatens and what is survived: probabilities with their error, causes of death, and a page in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from marrow.endpoints.incidence import Curve, expected_incidence
from marrow.endpoints.survival import Cause
from marrow.report.content import ProbabilityRow
from marrow.report.estimates import known, percent, percent_interval, reached_by, share

if TYPE_CHECKING:
    import xarray as xr

    from marrow.endpoints.outcome import Outcomes

HORIZONS = ((100, "day 100"), (365, "1 year"), (730, "2 years"), (1826, "5 years"), (3652, "10 years"))


@dataclass(frozen=True)
class _Told:
    """One line: a column, what it is called, and whether those are told who escape it."""

    column: str
    label: str
    survives: bool = False
    allogeneic: bool = False  # without meaning after a patient's own cells
    where_seen: bool = False  # told only of plans in which it happens to somebody


_RISKS = (
    _Told("death_day", "Overall survival", survives=True),
    _Told("disease_free_survival_day", "Survival without relapse", survives=True),
    _Told("grfs_day", "GRFS (Holtan)", survives=True, allogeneic=True),
    _Told("grfs_ebmt_day", "GRFS (EBMT)", survives=True, allogeneic=True),
    _Told("crfs_day", "CRFS", survives=True, allogeneic=True),
    _Told("relapse_day", "Relapse"),
    _Told("non_relapse_death_day", "Non-relapse death"),
    _Told("graft_failure_day", "Graft failure"),
    _Told("acute_gvhd_2_4_day", "Acute GVHD, grade II-IV", allogeneic=True),
    _Told("acute_gvhd_3_4_day", "Acute GVHD, grade III-IV", allogeneic=True),
    _Told("chronic_gvhd_day", "Chronic GVHD", allogeneic=True),
    _Told("chronic_gvhd_moderate_severe_day", "Chronic GVHD, moderate or severe", allogeneic=True),
    _Told("bacteremia_day", "Bacteremia"),
    _Told("cmv_reactivation_day", "Cytomegalovirus reactivation"),
    _Told("fungal_infection_day", "Invasive fungal infection"),
    _Told("severe_infection_day", "Severe infection after engraftment"),
    _Told("sinusoidal_obstruction_day", "Sinusoidal obstruction syndrome"),
    _Told("idiopathic_pneumonia_day", "Idiopathic pneumonia syndrome"),
    _Told("severe_mucositis_day", "Severe mucositis"),
    _Told("engraftment_syndrome_day", "Engraftment syndrome"),
    _Told("cytokine_release_day", "Severe cytokine release", allogeneic=True),
    _Told("kidney_injury_day", "Acute kidney injury, stage 2-3"),
    _Told("thrombotic_microangiopathy_day", "Thrombotic microangiopathy"),
    _Told("hemorrhagic_cystitis_day", "Hemorrhagic cystitis (BK virus)"),
    _Told("adenovirus_viremia_day", "Adenoviral viremia", allogeneic=True),
    _Told("epstein_barr_viremia_day", "Epstein-Barr viremia, treated", allogeneic=True),
    _Told("lymphoproliferative_disease_day", "Lymphoproliferative disease", allogeneic=True),
    _Told("second_malignancy_day", "Second malignancy"),
    _Told("passenger_hemolysis_day", "Hemolysis by lymphocytes of the graft", allogeneic=True, where_seen=True),
)


_GVHD = ("acute_gvhd_3_4_day", "chronic_gvhd_moderate_severe_day")


def risk_rows(outcomes: Outcomes, *, is_autologous: bool) -> tuple[ProbabilityRow, ...]:
    """Probabilities at the horizons to which patients were followed; death competes with everything."""
    knows_gvhd = not is_autologous and any(name in outcomes for name in _GVHD)
    rows = []
    for told in _RISKS:
        if told.column not in outcomes or (told.allogeneic and not knows_gvhd):
            continue
        if told.where_seen and not np.isfinite(outcomes[told.column]).any():
            continue
        cells = []
        for day, word in _horizons(outcomes):
            values = known(outcomes[told.column])
            estimate = share(values > day) if told.survives else reached_by(values, day)
            cells.append((word, percent(estimate.value), percent_interval(estimate)))
        if cells:
            rows.append(ProbabilityRow(told.label, tuple(cells)))
    return tuple(rows)


def cause_rows(outcomes: Outcomes) -> tuple[ProbabilityRow, ...]:
    """By which causes patients have died by each horizon."""
    if "cause_of_death" not in outcomes:
        return ()
    code, day = outcomes["cause_of_death"], outcomes["death_day"]
    there = ~np.isnan(day)
    rows = []
    for cause in (each for each in Cause if each is not Cause.ALIVE and np.any(code == each)):
        estimates = [(word, share((code == cause)[there] & (day[there] <= at))) for at, word in _horizons(outcomes)]
        cells = tuple((word, percent(found.value), percent_interval(found)) for word, found in estimates)
        rows.append(ProbabilityRow(cause.words, cells))
    return tuple(rows)


def _horizons(outcomes: Outcomes) -> list[tuple[int, str]]:
    return [(day, word) for day, word in HORIZONS if day <= outcomes.observed_until + 0.5]


_NON_RELAPSE = ("infectious_death", "gvhd_death", "organ_death", "other_death")


def expected_risks(course: xr.Dataset) -> dict[str, Curve]:
    """Incidence of relapse and of death without it, expected from the hazards of the same patients; {} without them.

    After a failed solve a hazard stays where it was: these patients are few and counted elsewhere.
    """
    names = {part: f"hazard_of_{part}" for part in ("relapse", *_NON_RELAPSE)}
    if not all(name in course for name in names.values()):
        return {}
    hazards = {part: _filled(course[name].values) for part, name in names.items()}
    found = expected_incidence(
        {"relapse": hazards["relapse"], "death without relapse": np.sum([hazards[p] for p in _NON_RELAPSE], axis=0)},
        course["time"].values.astype(float),
    )
    return found


def _filled(values: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(np.nan_to_num(values.astype(float), nan=0.0), axis=1)


def expected_words(curves: Mapping[str, Curve], outcomes: Outcomes) -> str:
    """One sentence on ``expected_risks`` at the last horizon; '' where hazards were not recorded."""
    horizons = _horizons(outcomes)
    if not curves or not horizons:
        return ""
    day, word = horizons[-1]
    parts = []
    for name, curve in curves.items():
        at = int(np.searchsorted(curve.day, day, side="right")) - 1
        parts.append(f"{name} {percent(curve.share[at])} (± {percent(1.96 * curve.error[at])})")
    return f"Expected from the integrated hazards of the same patients by {word}, with less noise: {', '.join(parts)}."


def plain_words(outcomes: Outcomes, *, is_autologous: bool) -> tuple[str, ...]:
    """What the tables say, for readers without training: of 100 such patients, in round numbers."""
    horizons = _horizons(outcomes)
    if "death_day" not in outcomes or not horizons:
        return ()
    day, word = horizons[-1]

    def of_100(column: str) -> int:
        return round(100 * reached_by(outcomes[column], day).value)

    dead, without, relapsed = (of_100(name) for name in ("death_day", "non_relapse_death_day", "relapse_day"))
    said = [
        f"Of 100 patients like the one of this plan, about {100 - dead} are alive after {_spelled(word)} in this "
        f"simulation; about {without} have died of the transplant or other causes while their disease was away, and "
        f"about {max(dead - without, 0)} after the disease came back.",
        f"In about {relapsed} of 100 the disease has come back by then."
        if relapsed
        else "The disease has come back in nobody.",
    ]
    said.append(_engraftment(outcomes))
    infections = [
        (name, round(100 * reached_by(outcomes[column], day).value))
        for column, name in (
            ("bacteremia_day", "bacteria in the blood"),
            ("cmv_reactivation_day", "a cytomegalovirus that wakes up"),
            ("fungal_infection_day", "a fungus in the organs"),
        )
        if column in outcomes
    ]
    if infections:
        said.append("Infections by then: " + ", ".join(f"{name} in {count} of 100" for name, count in infections) + ".")
    if not is_autologous and "acute_gvhd_2_4_day" in outcomes:
        said.append(
            f"Cells of the donor attack the body (acute graft-versus-host disease that needs treatment) in about "
            f"{of_100('acute_gvhd_2_4_day')} of 100.{_organs(outcomes)}"
        )
    said.append("These are numbers of a model, not of a hospital; no single patient can read a future from them.")
    return tuple(text for text in said if text)


def _organs(outcomes: Outcomes) -> str:
    """Which organs acute disease strikes, among those whose grade is II or higher."""
    if "acute_gvhd_grade" not in outcomes:
        return ""
    ill = outcomes["acute_gvhd_grade"] >= 2
    if not ill.any():
        return ""
    shares = [
        f"{name} in {round(100 * float((outcomes[f'acute_gvhd_{organ}_stage'][ill] > 0).mean()))}"
        for organ, name in (("skin", "the skin"), ("gut", "the gut"), ("liver", "the liver"))
    ]
    return f" Of 100 of those it strikes {shares[0]}, {shares[1]} and {shares[2]}."


def _spelled(word: str) -> str:
    return {
        "day 100": "100 days",
        "1 year": "one year",
        "2 years": "two years",
        "5 years": "five years",
        "10 years": "ten years",
    }[word]


def _engraftment(outcomes: Outcomes) -> str:
    if "neutrophil_engraftment_day" not in outcomes:
        return ""
    day = outcomes["neutrophil_engraftment_day"]
    reached = day[np.isfinite(day)]
    if not reached.size:
        return "The new marrow has begun to work in nobody."
    return f"White cells that fight bacteria are back after about {np.median(reached):.0f} days where they return."
