"""``compile`` makes a model from a network and keeps it; ``load`` finds it again without SymPy and without
compiling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from marrow.engine import cache
from marrow.engine.model import (
    AssignmentInfo,
    Description,
    Facts,
    HazardInfo,
    InputInfo,
    Model,
    ModifierInfo,
    ObservableInfo,
    RouteInfo,
    StateInfo,
)
from marrow.engine.options import Accuracy

if TYPE_CHECKING:
    from marrow.language.network import Network


def load(key: str) -> Model | None:
    """The model stored under ``key`` (see ``cache.cache_key``), or None."""
    return cache.read(key)


def compile(network: Network, key: str = "", announce: Callable[[str], None] | None = None) -> Model:
    """Generates and compiles the kernel of a network (seconds, the first time), and stores it under ``key``.

    Without a key, the content is the key. ``announce`` is called with what is being done.
    """
    from marrow.engine.equations import switched_parameters
    from marrow.engine.generate import kernel_source
    from marrow.engine.setup import setup_source

    say = announce or (lambda text: None)
    say("writing the kernel")
    kernel, layout, facts = kernel_source(network)
    setup = setup_source(network)
    description = describe(network, key, layout, facts, switched_parameters(network))
    if not key:
        description = replace(description, key=cache.content_key(kernel, setup, repr(description)))
    found = cache.read(description.key)
    model = found if found is not None else cache.write(description, kernel, setup)
    say("compiling the kernel (once for each model and processor)")
    model.programs(Accuracy().precision)
    return model


def describe(
    network: Network, key: str, layout: dict[str, int], facts: Facts, switched: tuple[int, ...]
) -> Description:
    position = {symbol: i for i, symbol in enumerate(network.kernel_parameters)}
    return Description(
        key=key,
        modules=network.modules,
        states=tuple(
            StateInfo(s.name, s.label, s.unit, s.module, s.scale, s.origin, s.few, s.births, s.deaths, s.arrivals)
            for s in network.states
        ),
        inputs=tuple(
            InputInfo(
                i.name,
                i.kind.name,
                i.unit,
                i.label,
                i.default,
                i.to_house,
                i.plausible,
                i.source,
                i.vary,
                i.joint,
                i.module,
            )
            for i in network.inputs
        ),
        assignments=tuple(
            AssignmentInfo(a.name, a.unit, a.label, a.module, str(a.expression)) for a in network.assignments
        ),
        observables=tuple(
            ObservableInfo(o.name, o.label, o.unit, o.floor, o.origin, o.module, o.group, o.on_chart)
            for o in network.observables
        ),
        hazards=tuple(
            HazardInfo(h.name, h.label, h.module, h.integral, tuple(t for t, _ in h.consequences), h.recurs)
            for h in network.hazards
        ),
        routes=tuple(
            RouteInfo(
                r.name,
                r.drug,
                r.route,
                r.unit,
                r.into,
                None if r.rate is None else position[r.rate],
                r.label,
                r.to_house,
            )
            for r in network.routes
        ),
        modifiers=tuple(
            ModifierInfo(m.name, position[m.symbol], m.drug, m.occasion, m.steps) for m in network.modifiers
        ),
        parameters=tuple(symbol.name for symbol in network.kernel_parameters),
        switched=switched,
        layout=layout,
        facts=facts,
        documentation=dict(network.description),
    )
