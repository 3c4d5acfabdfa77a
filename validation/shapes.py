"""When things happen after an allograft: simulated beside published shapes and those of old data sets.

    python validation/shapes.py [--plan FILE] [--draws 1000] [--data FOLDER] [--out FOLDER]

Days of acute and chronic graft-versus-host disease, hazards of relapse and of death without relapse by period, and of
the first bloodstream infection by week. The data sets are of transplants of the 1980s and 1990s: their shapes count,
not their levels. They stay where they are (``../shared/data`` beside the repository); what is absent is left out.
Writes ``shapes.txt`` and ``shapes.svg`` to ``--out`` and leaves with 1 where a shape is not as published.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from marrow.clinic.plan import Plan, read_plan
from marrow.figures.style import BLUE, INK, QUIET, VERMILLION, Drawing, as_svg, look, margins, new_figure
from marrow.simulation import simulate_patients

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "allogeneic-fb4.yaml"
FOLLOWED = 1826.0  # days: a hazard that falls after two years needs five
CLASSICAL = 100.0  # days: later onset was no acute disease where the published days come from
CHUNK = 500
RELAPSE = (0, 91, 183, 365, 730, 1096, 1826)
NON_RELAPSE = (0, 30, 100, 183, 365, 730, 1826)
INFECTION = (0, 7, 14, 21, 28, 56, 100)
COLUMNS = (
    "acute_gvhd_2_4_day",
    "chronic_gvhd_day",
    "relapse_day",
    "non_relapse_death_day",
    "death_day",
    "bacteremia_day",
    "neutrophil_engraftment_day",
)

Floats = np.ndarray


@dataclass(frozen=True)
class Hazard:
    """Events per 1,000 patients and day at risk in the periods between ``edges``."""

    label: str
    edges: Sequence[int]
    rate: Floats

    @property
    def highest(self) -> int:
        return int(np.argmax(self.rate))


def hazard(label: str, edges: Sequence[int], event: Floats, left: Floats) -> Hazard:
    """``event`` (N,): day, inf when never; ``left`` (N,): the day after which a patient is no longer at risk."""
    out = np.minimum(event, left)
    rate = []
    for first, last in pairwise(edges):
        days = np.clip(np.minimum(out, last) - first, 0, None).sum()
        struck = np.count_nonzero((event <= left) & (event > first) & (event <= last))
        rate.append(1000 * struck / days if days > 0 else np.nan)
    return Hazard(label, edges, np.array(rate))


def simulated(plan: Plan, draws: int) -> dict[str, Floats]:
    """Days of each event by name (N,)."""
    longer = plan.with_all({"follow-up": f"{FOLLOWED:g} d"})
    parts: list[dict[str, Floats]] = []
    for first in range(0, draws, CHUNK):
        people = np.arange(first, min(first + CHUNK, draws))
        found = simulate_patients([longer], people, seed=1).outcomes
        parts.append({name: found[name] for name in COLUMNS})
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def of_marrow(days: dict[str, Floats]) -> dict[str, Hazard]:
    end = np.minimum(days["death_day"], FOLLOWED)
    relapse, death = days["relapse_day"], days["non_relapse_death_day"]
    free = np.minimum(end, relapse)
    return {
        "relapse": hazard("marrow", RELAPSE, relapse, end),
        "death": hazard("marrow", NON_RELAPSE, death, free),
        "infection": hazard("marrow", INFECTION, days["bacteremia_day"], end),
    }


def of_registry(file: Path) -> dict[str, Hazard]:
    """2,279 transplants for acute lymphoblastic leukemia, 1985 to 1998 (EBMT; package mstate)."""
    if not file.exists():
        return {}
    table = pd.read_csv(file)
    relapsed = table["rel.s"].to_numpy() == 1
    relapse = np.where(relapsed, table["rel"].to_numpy(), np.inf)
    last = table["srv"].to_numpy().astype(float)
    death = np.where((table["srv.s"].to_numpy() == 1) & ~relapsed, last, np.inf)
    label = "2,279 grafts, 1985 to 1998"
    return {
        "relapse": hazard(label, RELAPSE, relapse, last),
        "death": hazard(label, NON_RELAPSE, death, np.minimum(last, relapse)),
    }


def of_hospitals(file: Path) -> dict[str, Floats]:
    """Days of acute and chronic disease in 137 marrow grafts after busulfan and cyclophosphamide, 1984 to 1989."""
    if not file.exists():
        return {}
    table = pd.read_csv(file)
    return {
        "acute": table.query("da == 1")["ta"].to_numpy().astype(float),
        "chronic": table.query("dc == 1")["tc"].to_numpy().astype(float),
    }


def of_surveillance(file: Path) -> str:
    """Bloodstream infections per 1,000 days of neutropenia after blood grafts (ONKO-KISS)."""
    if not file.exists():
        return ""
    table = pd.read_csv(file).query("allo == 1")
    struck = int((table["status"] == 1).sum())
    return (
        f"{1000 * struck / table['time'].sum():.1f} per 1,000 days of neutropenia, {struck} of {len(table)} allografts"
    )


@dataclass(frozen=True)
class Shape:
    """One claim: what marrow gives, what is published, what old data give, and whether marrow agrees."""

    what: str
    found: str
    published: str
    data: str
    right: bool


def shapes(days: dict[str, Floats], mine: dict[str, Hazard], data: Path) -> tuple[Shape, ...]:
    acute, chronic = (days[f"{name}_day"] for name in ("acute_gvhd_2_4", "chronic_gvhd"))
    registry = of_registry(data / "mstate_ebmt4" / "ebmt4.csv")
    hospitals = of_hospitals(data / "kmsurv_bmt" / "bmt.csv")
    onset, later = float(np.median(acute[acute <= CLASSICAL])), float(np.median(chronic[np.isfinite(chronic)]))
    bacteremia, engrafted = days["bacteremia_day"], days["neutrophil_engraftment_day"]
    struck = bacteremia <= 100
    before = float(np.mean(bacteremia[struck] <= engrafted[struck]))
    relapse, death, infection = (mine[name] for name in ("relapse", "death", "infection"))
    old = {name: (_fall(each), _period(each)) for name, each in registry.items()}
    nothing = ("", "")
    return (
        Shape("acute GVHD II-IV by day 100, median day", f"{onset:.0f}", "21 to 35", _median(hospitals, "acute"),
              21 <= onset <= 35),
        Shape("chronic GVHD, median day", f"{later:.0f}", "150 to 245", _median(hospitals, "chronic"),
              150 <= later <= 245),
        Shape("relapse, years 3-5 against 1-2", _fall(relapse), "falls", old.get("relapse", nothing)[0],
              relapse.rate[-2:].max() < relapse.rate[:4].mean()),
        Shape("NRM, period of most", _period(death), "the first months", old.get("death", nothing)[1],
              death.highest <= 1 and death.rate[-1] < death.rate[:3].mean() / 4),
        Shape("bacteremia, week of most", _period(infection), "before engraftment",
              of_surveillance(data / "compeir_okiss" / "okiss_dev.csv"), infection.highest <= 2),
        Shape("first bacteremia by day 100: before engraftment", f"{100 * before:.0f} %", "most", "", before > 0.5),
    )  # fmt: skip


def _median(hospitals: dict[str, Floats], name: str) -> str:
    return f"{np.median(hospitals[name]):.0f} (n = {len(hospitals[name])})" if hospitals else ""


def _fall(found: Hazard) -> str:
    return f"{found.rate[-2:].mean() / found.rate[:4].mean():.2f} times"


def _period(found: Hazard) -> str:
    return f"day {found.edges[found.highest]} to {found.edges[found.highest + 1]}"


def as_text(plan: str, draws: int, found: Sequence[Shape], hazards: Sequence[tuple[str, Hazard]]) -> str:
    lines = [f"{draws} patients of {plan}", "", f"{'shape':48s} {'marrow':>14s}  {'published':18s} old data"]
    for each in found:
        wrong = "" if each.right else "  NOT AS PUBLISHED"
        lines.append(f"{each.what:48s} {each.found:>14s}  {each.published:18s} {each.data}{wrong}")
    lines += ["", "events per 1,000 patients and day at risk"]
    for name, each in hazards:
        rates = zip(pairwise(each.edges), each.rate, strict=True)
        periods = "  ".join(f"{first}-{last}: {rate:.2f}" for (first, last), rate in rates)
        lines.append(f"{name}, {each.label}: {periods}")
    return "\n".join(lines) + "\n"


def drawing(days: dict[str, Floats], hazards: Sequence[tuple[str, Hazard]], hospitals: dict[str, Floats]) -> Drawing:
    """Onsets as cumulative shares of those who have it; hazards as steps, each relative to its own highest."""
    with look():
        figure = new_figure(5.4)
        margins(figure, left=0.7, top=0.45, bottom=0.55, down=0.55, across=0.28)
        onsets = (("acute", "acute_gvhd_2_4_day", 150, (21, 35)), ("chronic", "chronic_gvhd_day", 900, (150, 245)))
        for place, (name, column, until, usual) in enumerate(onsets):
            axes = figure.add_subplot(2, 3, place + 1)
            axes.axvspan(*usual, color=QUIET, alpha=0.2, linewidth=0)
            axes.plot(*_shares(days[column]), color=BLUE)
            if hospitals:
                axes.plot(*_shares(hospitals[name]), color=VERMILLION, linewidth=1.0)
            axes.axhline(0.5, color=INK, linewidth=0.6)
            axes.set(title=f"{name} GVHD", xlabel="day of onset", xlim=(0, until), ylim=(0, 1))
            if place == 0:
                axes.set_ylabel("share of those who have it")
        for place, wanted in enumerate(("relapse", "death", "infection")):
            axes = figure.add_subplot(2, 3, 4 + place)
            for name, each in hazards:
                if name == wanted:
                    colour = BLUE if each.label == "marrow" else VERMILLION
                    axes.stairs(each.rate / np.nanmax(each.rate), each.edges, color=colour, linewidth=1.4)
            title = {"relapse": "relapse", "death": "death without relapse", "infection": "first bacteremia"}[wanted]
            axes.set(title=title, xlabel="day", ylim=(0, 1.05))
            if place == 0:
                axes.set_ylabel("hazard, relative to its highest")
    caption = "Blue: marrow. Vermillion: transplants of the 1980s and 1990s. Grey bands: published medians."
    return Drawing("shapes", "When things happen after an allograft", caption, caption, figure)


def _shares(days: Floats) -> tuple[Floats, Floats]:
    had = np.sort(days[np.isfinite(days)])
    return had, (np.arange(len(had)) + 1) / len(had)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", type=Path, default=EXAMPLE)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=Path("shapes"))
    asked = parser.parse_args()
    days = simulated(read_plan(asked.plan), asked.draws)
    mine = of_marrow(days)
    registry = of_registry(asked.data / "mstate_ebmt4" / "ebmt4.csv")
    hazards = [*mine.items(), *registry.items()]
    found = shapes(days, mine, asked.data)
    text = as_text(asked.plan.name, asked.draws, found, hazards)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "shapes.txt").write_text(text, encoding="utf-8")
    picture = drawing(days, hazards, of_hospitals(asked.data / "kmsurv_bmt" / "bmt.csv"))
    (asked.out / "shapes.svg").write_text(as_svg(picture), encoding="utf-8")
    print(text)
    return int(not all(each.right for each in found))


if __name__ == "__main__":
    sys.exit(main())
