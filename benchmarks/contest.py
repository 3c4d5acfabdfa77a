"""Both comparisons and the run with everything on: what ``make bench`` prints and keeps."""

from __future__ import annotations

import json
import os
import platform
from argparse import Namespace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import compare
from cases import drawn, from_the_graft
from measure import Timing, interleaved, ratios
from rich.console import Console
from rich.table import Table
from throughput import Throughput, throughput

from marrow.engine.solve import Accuracy

PACKAGES = ("marrow", "numba", "numpy", "scipy", "sympy", "libroadrunner", "python-libsbml")


def contest(options: Namespace, folder: Path) -> None:
    """Runs everything, writes the JSON file and prints two tables."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        tick = status.update
        patients = drawn(options.patients, tick)
        plain = _without_events(patients, options, tick)
        eventful, mean_events = _with_events(patients, options, tick)
        crowds = throughput(options.draws, options.rounds, tick)
    result = _result(plain, eventful, mean_events, crowds, options)
    file = folder / options.out
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    _show(result, plain, eventful)
    print(f"written to {folder.name}/{file.name}")


def _without_events(patients: Any, options: Namespace, tick: compare.Tick) -> list[Timing]:
    quiet = from_the_graft(patients)
    solution = quiet.solve(Accuracy())
    courses = quiet.courses(solution, quiet.count)
    judge = compare.Judge(quiet, solution, options.references, tick)
    contenders = [
        compare.marrow_contender(quiet, judge, tick),
        compare.roadrunner_plain(quiet, courses, judge, tick),
        compare.scipy_contender(quiet, courses, judge, tick),
    ]
    return interleaved(contenders, options.rounds, tick)


def _with_events(patients: Any, options: Namespace, tick: compare.Tick) -> tuple[list[Timing], float]:
    solution = patients.solve(Accuracy())
    courses = patients.courses(solution, patients.count)
    judge = compare.Judge(patients, solution, options.references, tick)
    contenders = [
        compare.marrow_contender(patients, judge, tick),
        compare.roadrunner_events(patients, courses, judge, tick),
        compare.roadrunner_pieces(patients, courses, judge, tick),
    ]
    events = [len({change.time for change in course.changes}) for course in courses]
    return interleaved(contenders, options.rounds, tick), sum(events) / len(events)


def _result(
    plain: list[Timing], eventful: list[Timing], mean_events: float, crowds: list[Throughput], options: Namespace
) -> dict[str, Any]:
    crowd, daily, everything, first_year = crowds
    kernel, roadrunner, scipy = plain
    with_rules, with_events, in_pieces = eventful
    return {
        "ratio_libroadrunner": round(ratios(roadrunner, kernel)[0], 1),
        "ratio_libroadrunner_events": round(ratios(with_events, with_rules)[0], 1),
        "ratio_libroadrunner_events_in_pieces": round(ratios(in_pieces, with_rules)[0], 1),
        "ratio_scipy": round(ratios(scipy, kernel)[0], 1),
        "error_marrow": max(kernel.contender.error, with_rules.contender.error),
        "error_libroadrunner": max(roadrunner.contender.error, with_events.contender.error),
        "error_scipy": scipy.contender.error,
        "patient_years_per_second_per_core": round(crowd.median),
        "patient_years_spread": [round(min(crowd.per_second)), round(max(crowd.per_second))],
        "patient_years_share_of_kernel": round(crowd.solving, 3),
        "patient_years_days": crowd.days,
        "patient_years_recorded_daily": round(daily.median),
        "patient_years_everything_recorded": round(everything.median),
        "patient_years_first_year_only": round(first_year.median),
        "ratio_spread": {
            "libroadrunner": ratios(roadrunner, kernel)[1:],
            "libroadrunner_events": ratios(with_events, with_rules)[1:],
            "libroadrunner_events_in_pieces": ratios(in_pieces, with_rules)[1:],
            "scipy": ratios(scipy, kernel)[1:],
        },
        "without_events": [_told(timing) for timing in plain],
        "with_events": [_told(timing) for timing in eventful],
        "mean_event_times": round(mean_events, 1),
        "failures": sum(t.contender.failures for t in plain + eventful) + sum(c.failures for c in crowds),
        "failures_with_everything_on": sum(c.failures for c in crowds),
        "patients": options.patients,
        "references": options.references,
        "draws": options.draws,
        "rounds": options.rounds,
        "date": date.today().isoformat(),
        "machine": _machine(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
    }


def _told(timing: Timing) -> dict[str, Any]:
    contender = timing.contender
    return {
        "program": contender.name,
        "setting": contender.setting,
        "milliseconds_a_patient": round(1e3 * timing.median, 4),
        "spread": [round(1e3 * min(timing.seconds), 4), round(1e3 * max(timing.seconds), 4)],
        "error": contender.error,
        "errors_by_patient": [float(f"{error:.2e}") for error in contender.errors],
        "patients": contender.patients,
        "failures": contender.failures,
    }


def _machine() -> dict[str, Any]:
    processor = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text(encoding="utf-8").splitlines()
        processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), processor)
    return {"processor": processor, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}


def _show(result: dict[str, Any], plain: list[Timing], eventful: list[Timing]) -> None:
    console = Console()
    titles = ("One year from the graft, no events", "Conditioning, doses and rules, one year")
    columns = ("program", "ms a patient", "least to most", "times slower", "error", "failed")
    for title, timings in zip(titles, (plain, eventful), strict=True):
        table = Table(title=title)
        for column in columns:
            table.add_column(column)
        for timing in timings:
            told, (times, low, high) = _told(timing), ratios(timing, timings[0])
            table.add_row(
                told["program"],
                f"{told['milliseconds_a_patient']:.3g}",
                "{:.3g} to {:.3g}".format(*told["spread"]),
                f"{times:.1f} ({low:.1f} to {high:.1f})",
                f"{told['error']:.1e}",
                str(told["failures"]),
            )
        console.print(table)
        for timing in timings:
            console.print(f"  {timing.contender.name}: {timing.contender.setting}", highlight=False)
    low, high = result["patient_years_spread"]
    years = result["patient_years_per_second_per_core"]
    console.print(f"{years} ({low} to {high}) patient-years per second per core, rounds, hazards and endpoints on")
    daily, first = result["patient_years_recorded_daily"], result["patient_years_first_year_only"]
    everything = result["patient_years_everything_recorded"]
    console.print(f"  {daily} recorded daily, {everything} with every observable; {first} for the first year alone")
    console.print(f"{result['failures']} failures in all")
