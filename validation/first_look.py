"""The numbers of docs/first-look.md, from one run of the model as it is: ``python validation/first_look.py [--write]``.

Takes about a minute. The children need ``../shared/data/uci_bmt_children`` (or ``--children FILE``); without it their
table is left out and said so.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from marrow.calibration.children import BANDS, Recovered, by_band, read_children
from marrow.calibration.children_plans import simulate_children
from marrow.clinic.plan import plan_from_text
from marrow.endpoints.summary import median
from marrow.simulation import Simulation, simulate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "first-look.md"
CHILDREN = ROOT.parent / "shared" / "data" / "uci_bmt_children"
BEGIN, END = "<!-- begin: numbers of validation/first_look.py -->", "<!-- end: numbers -->"
DRAWS = 500
ALLOGENEIC = ROOT / "examples" / "allogeneic-fb4.yaml"
AUTOLOGOUS = ROOT / "examples" / "autologous-melphalan-200.yaml"
PLATELETS = {9: 16, 14: 40, 16: 68, 20: 137, 34: 200}  # mean of 53 autologous patients, 10^9/L


def run(plan: str, until: float) -> Simulation:
    return simulate(plan_from_text(plan), DRAWS, until=until)


def without_line(plan: str, word: str) -> str:
    return "".join(line for line in plan.splitlines(keepends=True) if f"- {word}" not in line)


def day(found: Simulation, column: str) -> str:
    """Median over those who reached it."""
    values = found.outcomes[column]
    return f"{median(values[np.isfinite(values)]):g}"


def peak(found: Simulation, observable: str) -> str:
    """Median (5 to 95 %) of each patient's highest value up to day 14, before or without growth factor."""
    course = found.course[observable].sel(time=slice(0, 14)).max("time")
    low, middle, high = np.quantile(course, [0.05, 0.5, 0.95])
    return f"{middle:.0f} ({low:.0f} to {high:.0f})"


def both_days(found: Simulation) -> str:
    return f"{day(found, 'neutrophil_engraftment_day')} / {day(found, 'platelet_engraftment_day')}"


def settings() -> list[tuple[str, str, str, str]]:
    auto, allo = AUTOLOGOUS.read_text(encoding="utf-8"), ALLOGENEIC.read_text(encoding="utf-8")
    without, plain = without_line(auto, "filgrastim"), without_line(allo, "filgrastim")
    blood_graft = "{source: peripheral blood, cd34: 5.6e6 /kg, cd3: 2.3e8 /kg}"
    marrow = allo.replace(blood_graft, "{source: bone marrow, cd34: 3e6 /kg}")
    cord = without_line(allo.replace(blood_graft, "{source: cord blood, cd34: 1.5e5 /kg}"), "methotrexate")
    cord = cord.replace("prophylaxis:\n", "prophylaxis:\n  - mycophenolate mofetil 15 mg/kg every 12 h, day 0 to 30\n")
    own, bare = run(auto, 100), run(without, 100)
    blood, alone = run(allo, 365), run(plain, 100)
    from_marrow, from_cord = run(marrow, 200), run(cord, 200)
    anc, plt = "neutrophil_engraftment_day", "platelet_engraftment_day"
    share = blood.outcomes["donor_neutrophils_day_365"]
    low, middle, high = 100 * np.nanquantile(share, [0.05, 0.5, 0.95])
    both = f"{day(own, plt)} / {day(bare, plt)}"
    given = [float(np.mean(each.outcomes["red_cell_transfusions"])) for each in (own, blood)]
    return [
        ("melphalan 200, own cells, filgrastim from day 5", "ANC ≥ 0.5, day", "12.5", day(own, anc)),
        ("the same, no growth factor", "ANC ≥ 0.5, day", "13.5", day(bare, anc)),
        ("with / without growth factor", "platelets ≥ 20, day", "14.5 / 14.5", both),
        ("FB4, blood 5.6e6/kg", "ANC ≥ 0.5 / platelets ≥ 20, day", "14 / 16–18", both_days(blood)),
        ("FB4, marrow 3e6/kg", "the same", "19 / 25", both_days(from_marrow)),
        ("FB4, cord 1.5e5/kg", "the same", "23 / 45–60", both_days(from_cord)),
        ("aplasia, no filgrastim: FB4", "own G-CSF at its peak, pg/mL", "1000–2000", peak(alone, "g_csf")),
        ("aplasia, no filgrastim: melphalan", "the same", "1000–2000", peak(bare, "g_csf")),
        ("aplasia: FB4", "thrombopoietin at its peak, pg/mL", "1000–2400", peak(alone, "tpo")),
        ("FB4, one year", "donor share of neutrophils, %", "90–95", f"{middle:.1f} ({low:.1f} to {high:.1f})"),
        ("melphalan 200 / FB4", "days with red cells, mean", "–", f"{given[0]:.1f} / {given[1]:.1f}"),
    ]  # fmt: skip


def rows_of_platelets() -> list[str]:
    course = run(AUTOLOGOUS.read_text(encoding="utf-8"), 40).course["platelet_count"]
    found = [float(course.sel(time=day, method="nearest").mean()) for day in PLATELETS]
    return [
        "| day | " + " | ".join(map(str, PLATELETS)) + " |",
        "|---" * (len(PLATELETS) + 1) + "|",
        "| published | " + " | ".join(map(str, PLATELETS.values())) + " |",
        "| marrow, mean | " + " | ".join(f"{value:.0f}" for value in found) + " |",
    ]


def rows_of_children(file: Path) -> list[str]:
    observed, simulated = read_children(file), simulate_children(file)
    edges = [f"{low / 1e6:g}–{high / 1e6:g}" for low, high in pairwise(BANDS)]
    rows = ["| CD34+ cells, 10^6/kg | " + " | ".join(edges) + " |", "|---" * (len(edges) + 1) + "|"]
    for what in Recovered:
        for name, cohort in (("observed", observed), ("marrow", simulated)):
            found = {(band.low, band.high): band.median for band in by_band(cohort, what)}
            cells = [found.get(pair, float("nan")) for pair in pairwise(BANDS)]
            rows.append(f"| {what.value}, {name} | " + " | ".join(f"{cell:.3g}" for cell in cells) + " |")
    return rows


def numbers(children: Path) -> str:
    rows = ["| setting | quantity | published | marrow |", "|---|---|---|---|"]
    rows += [f"| {' | '.join(row)} |" for row in settings()]
    rows += [
        "",
        "Mean platelets of 53 autologous patients, transfusions included (10^9/L), over the autologous example:",
    ]
    rows += [""]
    rows += rows_of_platelets()
    rows += ["", "Children with unrelated grafts, median day (their conditioning is not in the data: busulfan and"]
    rows += ["fludarabine are assumed):", ""]
    rows += rows_of_children(children) if children.exists() else ["(the children's data is not here)"]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the numbers into docs/first-look.md")
    parser.add_argument("--children", type=Path, default=CHILDREN / "bmt_children_dev.csv")
    options = parser.parse_args()
    text = numbers(options.children)
    print(text)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
