"""The plan of one transplant: what a physician would write on a page, read from YAML, checked, frozen.

plan = read_plan("allogeneic-fb4.yaml")
fewer_cells = plan.with_("graft.cd34", "2e6 /kg")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError

from marrow.clinic.blood_group import Mismatch, mismatch
from marrow.clinic.checks import contradictions
from marrow.clinic.disease_burden import burden_covariates, diagnosis_covariates
from marrow.clinic.disease_start import start_of
from marrow.clinic.document import Document, Scalar, Sequence, parse_document, read_document, tree_of
from marrow.clinic.document import Mapping as Tree
from marrow.clinic.donor import USUAL_DONOR_AGE, Donor
from marrow.clinic.fields import Part, Place, Problems, Reads, measured, whole, words
from marrow.clinic.graft import Graft, Manipulation, Source, Storage
from marrow.clinic.orders import DrugOrder, Order, Role
from marrow.clinic.patient import Patient, Serostatus
from marrow.clinic.problems import problems_of
from marrow.clinic.quantities import DAYS, Measure, quoted, refuse
from marrow.clinic.regimen import find_regimen, near_regimen
from marrow.clinic.risk import CENTER, Center, risk_covariates
from marrow.clinic.sampling import Labs
from marrow.clinic.sentences import read_order
from marrow.errors import PlanError, Problem

MOST_SENTENCES = 60
MOST_GRAFTS = 6
BOOST_FROM = 7  # days: later grafts are taken to be composed as those of the first week


def _read_orders(given: Any, role: Role) -> tuple[Order, ...]:
    """Orders from a list of sentences, one sentence, a named regimen, or 'none'."""
    if isinstance(given, str):
        given = [] if given.strip().lower() == "none" else given.split(";")
    if not isinstance(given, (list, tuple)) or len(given) > MOST_SENTENCES:
        needed = f"sentences, each on a line beginning with '- ', at most {MOST_SENTENCES}"
        raise refuse("nothing" if given is None else "something else", needed)
    orders: list[Order] = []
    problems: list[tuple[Place, Problem]] = []
    for index, item in enumerate(given):
        try:
            orders += _read_one(item, role)
        except PlanError as error:
            problems += [((index,), problem) for problem in error.problems]
        else:
            if len(set(orders)) < len(orders):
                problems.append(((index,), Problem(f"{quoted(orders[-1])} a second time", "each sentence once")))
                orders = list(dict.fromkeys(orders))
    if problems:
        raise Problems(problems)
    return tuple(orders)


def _read_one(item: Any, role: Role) -> tuple[Order, ...]:
    if isinstance(item, Order):
        return (item,)
    if isinstance(item, str) and item.strip().lower() == "none":
        return ()
    if not isinstance(item, str):
        raise refuse("keys with values", "a sentence; put it in quotes if it holds ': '")
    return _read_text(item, role)


@lru_cache(maxsize=4096)  # the plans of many virtual patients have the same sentences
def _read_text(item: str, role: Role) -> tuple[Order, ...]:
    regimen = find_regimen(item) if role is Role.CONDITIONING else None
    if regimen is not None:
        return regimen.orders
    near = near_regimen(item) if role is Role.CONDITIONING and " " not in item.strip() else ""
    if near:
        raise refuse(f"the regimen {quoted(item)}", "a named regimen, or sentences with doses and days", near)
    return (read_order(item, role),)


def _orders(role: Role, example: str) -> Reads:
    sentence = {"type": "string", "examples": [example]}
    schema = {
        "anyOf": [{"type": "array", "items": sentence, "maxItems": MOST_SENTENCES}, {"type": "string"}],
        "description": f"{role.value}: sentences" + (", or a named regimen" if role is Role.CONDITIONING else ""),
    }
    return Reads(lambda given: _read_orders(given, role), lambda orders: [str(order) for order in orders], schema)


_CONDITIONING = _orders(Role.CONDITIONING, "busulfan 3.2 mg/kg IV over 3 h daily, day -6 to -3")
_PROPHYLAXIS = _orders(Role.PROPHYLAXIS, "methotrexate 15 mg/m2 day 1, then 10 mg/m2 day 3, 6, 11")
_CARE = _orders(Role.CARE, "platelets when < 10")
_DURATION = Measure("a length of follow-up", DAYS, 1, 30 * 365, "2 y", bare=False)
_FOLLOW_UP = replace(measured(_DURATION), read=lambda given: read_days(given))


def read_days(text: str | float) -> float:
    """Whole days from '1 y', '100 d', '6 months', or a number of days. Raises ``PlanError``."""
    return float(round(_DURATION.read(text)))


class Plan(Part):
    """One transplant. ``follow_up``: days after the graft that are simulated. ``year``: of the transplant. ``center``:
    where. ``labs``: what a clinic measures; without it endpoints read the true daily values.

    A file gives one graft, or a list of them: ``graft`` is the first (day 0), ``further_grafts`` the others.
    """

    title: Annotated[str, words("a title")] | None = None
    year: Annotated[int, whole("the year of the transplant", 1960, 2100)]
    center: Annotated[Center, CENTER] | None = None
    patient: Patient
    donor: Donor
    graft: Graft
    further_grafts: tuple[Graft, ...] = ()
    conditioning: Annotated[tuple[DrugOrder, ...], _CONDITIONING]
    prophylaxis: Annotated[tuple[DrugOrder, ...], _PROPHYLAXIS] = ()
    care: Annotated[tuple[Order, ...], _CARE] = ()
    labs: Labs | None = None
    follow_up: Annotated[float, _FOLLOW_UP] = 365.0

    def with_(self, path: str, text: str) -> Plan:
        """A copy in which ``path`` ('graft.cd34', 'conditioning', 'care.1') is what ``text`` says; the same checks.

        Sentences are counted from 1; several in one text are separated by ';', and 'none' means no sentence.
        """
        return self.with_all({path: text})

    def with_all(self, changes: Mapping[str, str]) -> Plan:
        """``with_`` for several paths at once, checked together."""
        document = Document(", ".join(f"{path}={text}" for path, text in changes.items()), tree_of(self.to_data()))
        for path, text in changes.items():
            steps = tuple(step.strip().replace("_", "-") for step in path.split("."))
            if not all(steps) or len(steps) > 3:
                raise PlanError(
                    document.file, [Problem(quoted(path), "a key of the plan, such as graft.cd34", key=path)]
                )
            document = document.with_(steps, Scalar(str(text)))
        return plan_of_document(document)

    def with_settings(self, settings: Iterable[str]) -> Plan:
        """``with_all`` for settings written as 'graft.cd34=2e6/kg'."""
        changes: dict[str, str] = {}
        for setting in settings:
            path, equals, text = setting.partition("=")
            if not equals or path.strip() in changes:
                needed = "KEY=VALUE, each key once, such as graft.cd34=2e6/kg"
                raise PlanError("--set", [Problem(quoted(setting), needed)])
            changes[path.strip()] = text.strip()
        return self.with_all(changes) if changes else self

    @classmethod
    def load(cls, file: str | Path) -> Plan:
        """Reads a plan from a file; see ``read_plan``."""
        return read_plan(file)

    def to_data(self) -> dict[str, Any]:
        """The plan as text under its YAML keys, in canonical wording; ``plan_of`` reads it back."""
        data = self.model_dump(by_alias=True, exclude_none=True)
        further = data.pop("further-grafts")
        for graft in (data["graft"], *further):
            for key, usual in (("manipulation", Manipulation.NONE.value), ("day", "0")):
                if graft[key].strip() == usual:
                    del graft[key]
        if further:
            data["graft"] = [data["graft"], *further]
        return data

    def to_yaml(self) -> str:
        """The plan as a file."""
        import yaml

        return yaml.safe_dump(self.to_data(), sort_keys=False, allow_unicode=True, width=1000)

    @property
    def grafts(self) -> tuple[Graft, ...]:
        """All infusions of cells, the first on day 0."""
        return (self.graft, *self.further_grafts)

    @property
    def cord_units(self) -> tuple[Graft, ...]:
        """Units of cord blood that compete: two or more on one day. One of them wins."""
        units = tuple(graft for graft in self.grafts if graft.source is Source.CORD and graft.day == 0)
        return units if len(units) > 1 else ()

    @property
    def is_thawed(self) -> bool:
        """Whether the first graft was frozen."""
        return self.was_frozen(self.graft)

    def was_frozen(self, graft: Graft) -> bool:
        """As said, else for autologous, cord-blood and gene-modified grafts."""
        if graft.storage is not None:
            return graft.storage is Storage.THAWED
        usual = self.donor.is_patient or graft.source is Source.CORD
        return usual or graft.manipulation is Manipulation.GENE_MODIFIED

    @property
    def orders(self) -> tuple[tuple[Role, Order], ...]:
        """All orders with their heading."""
        lists = ((Role.CONDITIONING, self.conditioning), (Role.PROPHYLAXIS, self.prophylaxis), (Role.CARE, self.care))
        return tuple((role, order) for role, orders in lists for order in orders)

    def covariates(self) -> dict[str, float]:
        """What is known of patient, donor and graft, by the names and units of ``marrow.vocabulary``."""
        patient, donor = self.patient, self.donor
        found = mismatch(patient.abo, donor.abo)
        donor_age = patient.age if donor.is_patient else donor.age if donor.age is not None else USUAL_DONOR_AGE
        return {
            **start_covariates(patient),
            "body_weight": patient.weight,
            "height": patient.height,
            "age": patient.age,
            "is_female": patient.is_female,
            "body_surface_area": patient.body_surface_area,
            "glomerular_filtration": patient.glomerular_filtration,
            "donor_age": donor_age,
            **self._graft_covariates(),
            **risk_covariates(patient, donor, self.year, self.center),
            **burden_covariates(patient),
            **diagnosis_covariates(patient),
            "platelet_antibodies": float(patient.platelet_antibodies is Serostatus.POSITIVE),
            "isohemagglutinins": float(found in (Mismatch.MAJOR, Mismatch.BOTH)),
            "minor_mismatch": float(found in (Mismatch.MINOR, Mismatch.BOTH)),
        }

    def _graft_covariates(self) -> dict[str, float]:
        """Shares by CD34+ cells of the first week's grafts; CD3+ cells of day 0 (mean of competing cord units)."""
        early = [graft for graft in self.grafts if graft.day < BOOST_FROM]
        whole = sum(graft.cd34 for graft in early)
        first_day = [graft.cd3_or_usual for graft in self.grafts if graft.day == 0]

        def share(belongs: Callable[[Graft], bool]) -> float:
            return sum(graft.cd34 for graft in early if belongs(graft)) / whole

        return {
            "graft_is_blood": share(lambda graft: graft.source is Source.BLOOD),
            "graft_is_marrow": share(lambda graft: graft.source is Source.MARROW),
            "graft_is_cord": share(lambda graft: graft.source is Source.CORD),
            "graft_is_thawed": share(self.was_frozen),
            "graft_is_expanded": share(lambda graft: graft.manipulation is Manipulation.EXPANDED),
            "graft_is_gene_modified": share(lambda graft: graft.manipulation is Manipulation.GENE_MODIFIED),
            "graft_cd3": sum(first_day) / (len(first_day) if self.cord_units else 1),
        }


def start_covariates(patient: Patient) -> dict[str, float]:
    """Blood and marrow on the first day: as usual for the disease, and the patient's own counts where given."""
    start = start_of(patient.disease)
    counts = {
        "hemoglobin": (patient.hemoglobin, start.hemoglobin),
        "platelets": (patient.platelets, start.platelets),
        "neutrophils": (patient.neutrophils, start.neutrophils),
    }
    found = {
        "stem_cells_spared": start.stem,
        "marrow_active": start.marrow,
        "t_cells_spared": start.t_cells,
        "b_cells_spared": start.b_cells,
        "stroma_damaged": start.stroma,
        "platelets_outside_spleen": start.outside_spleen,
    }
    for name, (own, usual) in counts.items():
        found[f"{name}_at_start"] = usual if own is None else own
        found[f"{name}_measured"] = float(own is not None)
    return found


def read_plan(file: str | Path) -> Plan:
    """Reads a plan. Raises ``PlanError`` with every problem of the file, each with its line."""
    return plan_of_document(read_document(file))


def plan_from_text(text: str, file: str = "plan") -> Plan:
    """A plan from YAML text. Raises ``PlanError``."""
    return plan_of_document(parse_document(text, file))


def plan_of(data: Mapping[str, Any], file: str = "plan") -> Plan:
    """A plan from a dictionary shaped like the file. Raises ``PlanError``."""
    return plan_of_document(Document(file, tree_of(dict(data))))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a plan file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema(by_alias=True)}


def _with_grafts_apart(document: Document) -> Document:
    """A list under ``graft``: the first item stays there, the others become ``further-grafts``."""
    grafts = document.root.get("graft") if isinstance(document.root, Tree) else None
    if not isinstance(grafts, Sequence) or not 1 <= len(grafts.items) <= MOST_GRAFTS:
        return document
    apart = document.with_(("graft",), grafts.items[0])
    return apart.with_(("further-grafts",), replace(grafts, items=grafts.items[1:])) if len(grafts.items) > 1 else apart


def plan_of_document(document: Document) -> Plan:
    """A plan from a YAML document, or from a part of one: problems carry its lines. Raises ``PlanError``."""
    problems = list(document.problems)
    plan = None
    parts = _with_grafts_apart(document)
    try:
        plan = Plan.model_validate(parts.data())
    except ValidationError as error:
        problems += problems_of(error, parts, Plan)
    if plan is not None:
        for place, problem in contradictions(plan.patient, plan.donor, plan.grafts):
            problem.line, problem.key = document.line(place), ".".join(str(step) for step in place)
            problems.append(problem)
    if problems or plan is None:
        raise PlanError(document.file, sorted(problems, key=lambda problem: problem.line or 0))
    return plan
