"""Named tuples of arrays in compiled code, each as the address of a table: ``table.laid_out`` makes the tables.

Numba's own tuples would hand every array of every tuple over at each call, a thousand values, which takes it minutes
to compile. Here a field is read from the table where it is used. Tables do not change while compiled code runs.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype

WORD = ir.IntType(64)


class Record(types.Type):
    """A named tuple: ``fields``: by name, the kind of a field and its place in the table, in words."""

    def __init__(self, name: str, kinds: dict[str, types.Type]) -> None:
        self.fields: dict[str, tuple[types.Type, int]] = {}
        self.words = 0
        for field, kind in kinds.items():
            self.fields[field] = (kind, self.words)
            self.words += words(kind)
        told = ", ".join(f"{field}: {kind}" for field, kind in kinds.items())
        super().__init__(f"{name}_{hashlib.sha256(told.encode()).hexdigest()[:16]}")


@register_model(Record)
class RecordModel(models.PrimitiveModel):
    """The address of the table."""

    def __init__(self, manager: Any, kind: Record) -> None:
        super().__init__(manager, kind, WORD)


@infer_getattr
class Fields(AttributeTemplate):
    """What kind a field is of."""

    key = Record

    def generic_resolve(self, value: Record, attr: str) -> types.Type | None:
        return value.fields[attr][0] if attr in value.fields else None


@lower_getattr_generic(Record)
def field_of(context: Any, builder: Any, kind: Record, value: Any, name: str) -> Any:
    """Reads a field."""
    found, place = kind.fields[name]
    return _read(context, builder, found, value, place)


def kind_of(value: Any) -> types.Type:
    """How compiled code sees an argument."""
    if isinstance(value, np.ndarray):
        return types.Array(from_dtype(value.dtype), value.ndim, "C")
    if hasattr(value, "_fields"):
        return Record(type(value).__name__, {name: kind_of(getattr(value, name)) for name in value._fields})
    if isinstance(value, tuple):
        return types.Tuple([kind_of(each) for each in value])
    if isinstance(value, (bool, np.bool_)):
        return types.boolean
    return types.int64 if isinstance(value, (int, np.integer)) else types.float64


def words(kind: types.Type) -> int:
    """How many numbers a value takes in the table."""
    if isinstance(kind, types.Array):
        return 1 + kind.ndim
    if isinstance(kind, types.BaseTuple):
        return sum(words(each) for each in cast("Any", kind))
    return kind.words if isinstance(kind, Record) else 1


def unpacking(kind: types.Type) -> Any:
    """A compiled function that gives the value of a ``kind`` whose table lies at an address."""

    @intrinsic
    def unpack(typingctx, address):  # type: ignore[no-untyped-def]
        def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
            return _read(context, builder, kind, arguments[0], 0)

        return kind(types.int64), generate

    return unpack


def _read(context: Any, builder: Any, kind: Any, table: Any, place: int) -> Any:
    """The value of a ``kind`` at a ``place`` of a table."""
    if isinstance(kind, Record):
        return builder.add(table, WORD(8 * place))
    if isinstance(kind, types.BaseTuple):
        parts = []
        for each in cast("Any", kind):
            parts.append(_read(context, builder, each, table, place))
            place += words(each)
        return context.make_tuple(builder, kind, parts)
    if isinstance(kind, types.Array):
        return _array(context, builder, kind, [_word(builder, table, place + k) for k in range(words(kind))])
    number = _word(builder, table, place)
    if isinstance(kind, types.Boolean):
        return builder.icmp_signed("!=", number, WORD(0))
    return builder.bitcast(number, ir.DoubleType()) if isinstance(kind, types.Float) else number


def _word(builder: Any, table: Any, place: int) -> Any:
    address = builder.inttoptr(builder.add(table, WORD(8 * place)), WORD.as_pointer())
    word = builder.load(address)
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


def _array(context: Any, builder: Any, kind: types.Array, told: list[Any]) -> Any:
    """An array in C order from the address of its data and its shape."""
    array = context.make_array(kind)(context, builder)
    data, *shape = told
    size = WORD(context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [size]
    for length in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length))
    pointer = builder.inttoptr(data, array.data.type)
    populate_array(array, data=pointer, shape=shape, strides=strides, itemsize=size, meminfo=None)
    return array._getvalue()
