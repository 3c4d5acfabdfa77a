"""The composed model as SBML Level 3 Version 2, with one patient's numbers and realised course.

What a reader of the file should know
-------------------------------------
Time is in days and starts at 0 with the schedule; the note of the model says which day of the transplant that is.
Species are amounts in house units (mg, nmol, cell, kg of body, IU, Gy), one for each state; one compartment of size 1
only holds them. Reactions move amounts per day. A step that multiplies cells (one leaves, several arrive) is two
reactions: what leaves, and what arrives. Parameters are those of the kernel: constant, unless the schedule changes them
(infusion rates, clearance between occasions). Observables are assignment rules, in clinical units.

Daily rounds decide from the counts; SBML has no such thing. The file holds the decisions that were made for this
patient, as timed events, and the orders themselves as annotation. Events of one moment are one event, so nothing
depends on priorities. The engine's own bookkeeping for the drawing of few cells (integrals since the last round) is
left out: nothing reads it but the draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import libsbml
import sympy as sp

from marrow.errors import RunError
from marrow.exchange.formula import formula, identifier, number
from marrow.exchange.realised import Moment, PatientCourse, apply_first
from marrow.exchange.time_units import Powers, power_of, time_powers
from marrow.language.network import InputKind, Network

LEVEL, VERSION = 3, 2
COMPARTMENT = "body"
XHTML = "http://www.w3.org/1999/xhtml"
NAMESPACE = "urn:marrow:sbml"
SECONDS_PER_DAY = 86400.0  # a unit definition may not build on another: day is 86400 s


def write_sbml(
    network: Network,
    course: PatientCourse,
    path: Path | None = None,
    *,
    rules_note: Sequence[str] = (),
    provenance: Mapping[str, str] | None = None,
) -> str:
    """The SBML text of ``network`` for one patient; also written to ``path`` when given.

    ``rules_note``: the standing orders in words, kept as annotation. ``provenance``: title and text of further notes
    (plan, version, patient). Raises ``RunError`` for a function that SBML lacks, for numbers that do not fit the
    network, for a file that cannot be written.
    """
    parameters, state, later = apply_first(course)
    if len(parameters) != len(network.kernel_parameters) or len(state) != len(network.states):
        raise RunError(
            f"the network has {len(network.kernel_parameters)} parameters and {len(network.states)} states, "
            f"the patient {len(parameters)} and {len(state)}"
        )
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    writer = _Writer(network, document.createModel(), _names(network), _bookkeeping(network), time_powers(network))
    writer.frame(course, rules_note, provenance or {})
    writer.species(state)
    writer.parameters(parameters, {target for moment in later for target in moment.parameters})
    writer.reactions()
    writer.observables()
    for which, moment in enumerate(later, start=1):
        writer.event(which, moment, course.start)
    text = str(libsbml.writeSBMLToString(document))
    if path is not None:
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            raise RunError(f"cannot write {path}: {error.strerror}") from error
    return text


def state_identifiers(network: Network) -> dict[int, str]:
    """Identifier of the species of each state that the file holds (bookkeeping is left out), by index."""
    names, left_out = _names(network), _bookkeeping(network)
    return {i: names[state.symbol] for i, state in enumerate(network.states) if i not in left_out}


def parameter_identifiers(network: Network) -> tuple[str, ...]:
    """Identifiers of the kernel parameters, in order."""
    names = _names(network)
    return tuple(names[symbol] for symbol in network.kernel_parameters)


def observable_identifiers(network: Network) -> tuple[str, ...]:
    """Identifiers of the observables, in order."""
    names = _names(network)
    return tuple(names[observable.symbol] for observable in network.observables)


def _names(network: Network) -> dict[sp.Symbol, str]:
    """An identifier for each symbol. Observables go by their bare name, unless something else has it."""
    found = {symbol: identifier(symbol.name) for symbol in network.kernel_parameters}
    found |= {state.symbol: identifier(state.name) for state in network.states}
    taken = set(found.values()) | {COMPARTMENT}
    if len(taken) != len(found) + 1:
        raise RunError("two names of the network become one SBML identifier")
    for observable in network.observables:
        plain = identifier(observable.name)
        found[observable.symbol] = plain if plain not in taken else f"observable__{plain}"
    return found


def _bookkeeping(network: Network) -> frozenset[int]:
    """States that only count for the drawing of few cells."""
    indices = [i for state in network.states for i in (state.births, state.deaths, state.arrivals)]
    return frozenset(i for i in indices if i is not None)


@dataclass(frozen=True)
class _Writer:
    """Fills one libSBML model."""

    network: Network
    model: Any
    names: dict[sp.Symbol, str]
    left_out: frozenset[int]
    powers: Powers

    def frame(self, course: PatientCourse, rules_note: Sequence[str], provenance: Mapping[str, str]) -> None:
        model = self.model
        model.setId("marrow")
        model.setName("hematopoietic stem-cell transplantation, one patient")
        self._unit_of_time(Fraction(1))
        model.setTimeUnits("day")
        for declare in (model.setSubstanceUnits, model.setExtentUnits, model.setVolumeUnits):
            declare("dimensionless")
        compartment = model.createCompartment()
        compartment.setId(COMPARTMENT)
        compartment.setName("the patient; of size 1, so that amounts are amounts")
        compartment.setSpatialDimensions(3)
        compartment.setSize(1.0)
        compartment.setConstant(True)
        model.setNotes(_model_notes(self.network, course, provenance))
        if rules_note:
            orders = "".join(f"<order>{escape(order)}</order>" for order in rules_note)
            model.setAnnotation(f'<annotation><care xmlns="{NAMESPACE}">{orders}</care></annotation>')

    def _unit_of_time(self, power: Fraction) -> str:
        """The name of day to some power; defined where it is first used."""
        if power == 0:
            return "dimensionless"
        name = {1: "day", -1: "per_day"}.get(power) or identifier(f"day_to_{power}".replace("-", "minus_"))  # type: ignore[call-overload]
        if self.model.getUnitDefinition(name) is None:
            definition = self.model.createUnitDefinition()
            definition.setId(name)
            unit = definition.createUnit()
            unit.setKind(libsbml.UNIT_KIND_SECOND)
            unit.setExponent(float(power))
            unit.setScale(0)
            unit.setMultiplier(SECONDS_PER_DAY)
        return name

    def species(self, state: Any) -> None:
        for i, entry in enumerate(self.network.states):
            if i in self.left_out:
                continue
            species = self.model.createSpecies()
            species.setId(self.names[entry.symbol])
            species.setName(entry.label)
            species.setCompartment(COMPARTMENT)
            species.setInitialAmount(float(state[i]))
            species.setHasOnlySubstanceUnits(True)
            species.setBoundaryCondition(False)
            species.setConstant(False)
            species.setNotes(_notes([f"{entry.name}; declared in {entry.unit or 'pure numbers'}"]))

    def parameters(self, values: Any, changing: set[int]) -> None:
        about = _sources(self.network)
        for i, symbol in enumerate(self.network.kernel_parameters):
            parameter = self.model.createParameter()
            parameter.setId(self.names[symbol])
            parameter.setValue(float(values[i]))
            parameter.setConstant(i not in changing)
            if symbol in self.powers:
                parameter.setUnits(self._unit_of_time(self.powers[symbol]))
            label, lines = about.get(symbol, ("", []))
            parameter.setName(label or symbol.name)
            parameter.setNotes(_notes([symbol.name, *lines]))

    def reactions(self) -> None:
        for reaction in self.network.reactions:
            sources = [(i, c) for i, c in reaction.sources if i not in self.left_out]
            products = [(i, c) for i, c in reaction.products if i not in self.left_out]
            together = [i for i, c in sources if c == 1], [i for i, c in products if c == 1]
            name = identifier(reaction.name)
            if together[0] or together[1]:
                self._reaction(name, reaction.label, reaction.rate, *together)
            for i, c in sources:
                if c != 1:
                    self._reaction(f"{name}__loss_{i}", f"{reaction.label}, what is lost", c * reaction.rate, [i], [])
            for i, c in products:
                if c != 1:
                    self._reaction(f"{name}__gain_{i}", f"{reaction.label}, what arrives", c * reaction.rate, [], [i])
        for hazard in self.network.hazards:
            label = f"hazard of {hazard.label}"
            self._reaction(identifier(hazard.name), label, hazard.rate, [], [hazard.integral])
        for route in self.network.routes:
            if route.rate is not None:
                name = f"infusion__{identifier(route.name)}"
                self._reaction(name, f"{route.label}, infusion", route.rate, [], [route.into])

    def _reaction(self, name: str, label: str, rate: sp.Expr, sources: list[int], products: list[int]) -> None:
        reaction = self.model.createReaction()
        reaction.setId(name)
        reaction.setName(label)
        reaction.setReversible(False)
        for create, indices in ((reaction.createReactant, sources), (reaction.createProduct, products)):
            for i in indices:
                end = create()
                end.setSpecies(self.names[self.network.states[i].symbol])
                end.setStoichiometry(1.0)
                end.setConstant(True)
        ends = {self.network.states[i].symbol for i in (*sources, *products)}
        states = {state.symbol for state in self.network.states}
        for symbol in sorted(rate.free_symbols & states - ends, key=str):
            reaction.createModifier().setSpecies(self.names[symbol])  # type: ignore[index]
        reaction.createKineticLaw().setMath(_parse(self._per_day(rate)))

    def _per_day(self, rate: sp.Expr) -> str:
        """The formula of a rate. Where the amount has time in it (exposure, mg*h/L), a 1 mends the unit."""
        text, power = formula(rate, self.names), power_of(rate, self.powers)
        if power is None or power == -1:
            return text
        return f"({text}) * {number(1, self._unit_of_time(-1 - power))}"

    def observables(self) -> None:
        for observable in self.network.observables:
            name = self.names[observable.symbol]
            parameter = self.model.createParameter()
            parameter.setId(name)
            parameter.setName(observable.label)
            parameter.setConstant(False)
            parameter.setUnits("dimensionless")
            parameter.setNotes(_notes([f"observable, in {observable.unit or 'pure numbers'}"]))
            rule = self.model.createAssignmentRule()
            rule.setVariable(name)
            rule.setMath(_parse(formula(observable.expression, self.names)))

    def event(self, which: int, moment: Moment, start: float) -> None:
        event = self.model.createEvent()
        event.setId(f"event_{which}")
        event.setName("; ".join(moment.labels))
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(False)
        trigger.setPersistent(True)
        trigger.setMath(_parse(f"time >= {number(round(moment.time - start, 12), 'day')}"))
        for target, (factor, value) in moment.states.items():
            if target not in self.left_out:
                name = self.names[self.network.states[target].symbol]
                self._assign(event, name, f"{name} + {number(value)}" if factor else number(value))
        for target, value in moment.parameters.items():
            symbol = self.network.kernel_parameters[target]
            unit = self._unit_of_time(self.powers.get(symbol, Fraction(0)))
            self._assign(event, self.names[symbol], number(value, unit))

    def _assign(self, event: Any, name: str, text: str) -> None:
        assignment = event.createEventAssignment()
        assignment.setVariable(name)
        assignment.setMath(_parse(text))


def _parse(text: str) -> Any:
    math = libsbml.parseL3Formula(text)
    if math is None:
        raise RunError(f"libSBML does not read the formula {text}: {libsbml.getLastParseL3Error()}")
    return math


def _sources(network: Network) -> dict[sp.Symbol, tuple[str, list[str]]]:
    """Label of each input and assignment, and lines that say its unit and source."""
    found: dict[sp.Symbol, tuple[str, list[str]]] = {}
    for entry in network.inputs:
        lines = [f"declared in {entry.unit or 'pure numbers'}; here in house units"]
        if entry.kind is InputKind.PARAMETER and entry.source is not None:
            lines.append(f"source: {entry.source}")
        found[entry.symbol] = (entry.label, lines)
    typical = {entry.name: entry for entry in network.inputs if entry.kind is InputKind.PARAMETER}
    for each in network.assignments:
        lines = [f"declared in {each.unit}; here in house units"] if each.unit else []
        lines.append(f"this patient's value of {each.symbol} = {each.expression}")
        if each.name in typical and typical[each.name].source is not None:
            lines.append(f"source of the typical value: {typical[each.name].source}")
        found[each.symbol] = (each.label, lines)
    for modifier in network.modifiers:
        found[modifier.symbol] = ("factor between occasions of one patient", [])
    for route in network.routes:
        if route.rate is not None:
            found[route.rate] = (f"{route.label}, infusion rate", ["house amount per day; 0 unless an infusion runs"])
    return found


def _model_notes(network: Network, course: PatientCourse, provenance: Mapping[str, str]) -> str:
    lines = [
        "Written by marrow. Research software: not for the treatment of a patient.",
        f"Time in days; time 0 is day {course.start:g} of the transplant (day 0: infusion of the graft); "
        f"the course ends at time {course.end - course.start:g}.",
        "Amounts and parameters in house units: mg, nmol, cell, kg of body, IU, Gy, litre, day. "
        "Observables in clinical units.",
        "Timed events are the realised doses, decisions and chance events of this one patient.",
        *(f"{title}: {text}" for title, text in provenance.items()),
        *(f"Module {name}: {' '.join(text.split())}" for name, text in network.description.items()),
    ]
    return _notes(lines)


def _notes(lines: Sequence[str]) -> str:
    return f'<body xmlns="{XHTML}">' + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</body>"
