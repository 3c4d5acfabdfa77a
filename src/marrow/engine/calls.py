"""Calling generated functions by address, so that they are compiled once, apart from the loop that drives them."""

from __future__ import annotations

import platform
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

# Nothing is allocated, so nothing is counted; what is not inlined would be handed hundreds of array fields at each
# call.
numba: Any = njit
plain: Any = numba(nogil=True, error_model="numpy", _nrt=False)
inlined: Any = numba(nogil=True, error_model="numpy", _nrt=False, forceinline=True)


@intrinsic
def call(typingctx, address, workspace):  # type: ignore[no-untyped-def]
    """Calls ``void f(number *)`` at ``address`` with the data of an array."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        number, array = arguments
        data = context.make_array(signature.args[1])(context, builder, array).data
        kind = ir.FunctionType(ir.VoidType(), [data.type])
        target = builder.inttoptr(number, kind.as_pointer())
        builder.call(target, [data])
        return context.get_dummy_value()

    return types.none(types.int64, workspace), generate


@plain
def run(program: Any, workspace: Any) -> None:
    """All functions of a program, in order."""
    for i in range(program.shape[0]):
        call(program[i], workspace)  # type: ignore[reportCallIssue]


# Numbers with too few digits (denormal) take a processor many times as long as others; none of them matters.
INTEL = platform.machine() in ("x86_64", "AMD64")
AS_ZERO = 0x8040  # of the register MXCSR: denormal results and operands are 0


@intrinsic
def floating_point_mode(typingctx):  # type: ignore[no-untyped-def]
    """The mode that the processor is in (0 where there is none to change)."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        if not INTEL:
            return ir.IntType(32)(0)
        place = builder.alloca(ir.IntType(32))
        _mxcsr(builder, "stmxcsr", place)
        return builder.load(place)

    return types.uint32(), generate


@intrinsic
def set_floating_point_mode(typingctx, mode):  # type: ignore[no-untyped-def]
    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        if INTEL:
            place = builder.alloca(ir.IntType(32))
            builder.store(arguments[0], place)
            _mxcsr(builder, "ldmxcsr", place)
        return context.get_dummy_value()

    return types.none(types.uint32), generate


def _mxcsr(builder: Any, name: str, place: Any) -> None:
    pointer = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [pointer])
    full = f"llvm.x86.sse.{name}"
    function = builder.module.globals.get(full) or ir.Function(builder.module, kind, full)
    builder.call(function, [builder.bitcast(place, pointer)])
