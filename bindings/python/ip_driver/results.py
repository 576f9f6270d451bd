"""What calls return: immutable records (named tuples) that have the ABI's field names.

Text is str, times are seconds since 1970-01-01T00:00:00Z (0: none), what has no value is None; `type` of a block is
"public" or "private", `state` of an address "allocated" or "deallocated". The headers in include/ip_driver/ say what
each field means.
"""
import ctypes
from collections import namedtuple

from ip_driver import _abi, _text
from ip_driver._words import ARRAYS, CHOICES

_SKIPPED = frozenset(["size", "reserved"])
_COUNTS = frozenset(ARRAYS.values())


def _read_text(source, name):
    return _text.decode(getattr(source, name))


def _read_number(source, name):
    return getattr(source, name)


def _choice_reader(words):
    def read(source, name):
        value = getattr(source, name)
        return words[value] if 0 <= value < len(words) else "unknown"
    return read


def _read_texts(source, name):
    items = getattr(source, name)
    return tuple(_text.decode(items[i]) for i in range(getattr(source, ARRAYS[name])))


def _record_reader(record):
    def read(source, name):
        pointer = getattr(source, name)
        return record._of(pointer.contents) if pointer else None
    return read


def _records_reader(record):
    def read(source, name):
        items = getattr(source, name)
        return tuple(record._of(items[i].contents) for i in range(getattr(source, ARRAYS[name])))
    return read


def _reader(name, kind):
    if kind is ctypes.c_char_p:
        return _read_text
    if kind is ctypes.POINTER(ctypes.c_char_p):
        return _read_texts
    if name in CHOICES and kind is ctypes.c_int32:
        return _choice_reader(CHOICES[name])
    target = getattr(kind, "_type_", None)
    if isinstance(target, type) and issubclass(target, ctypes.Structure):
        return _record_reader(OF_STRUCT[target])
    target = getattr(target, "_type_", None)
    if isinstance(target, type) and issubclass(target, ctypes.Structure):
        return _records_reader(OF_STRUCT[target])
    return _read_number


# The record class of a result struct.
OF_STRUCT = {}


def _record(struct, doc):
    """Makes the record class of a result struct."""
    fields = [(name, kind) for name, kind in struct._fields_ if name not in _SKIPPED and name not in _COUNTS]
    readers = [(name, _reader(name, kind)) for name, kind in fields]
    ends = [getattr(struct, name).offset + getattr(struct, name).size for name, _ in fields]
    whole = ctypes.sizeof(struct)
    name = struct.__name__
    base = namedtuple(name, [field for field, _ in fields])

    def of(cls, source):
        if source.size >= whole:
            return cls._make([read(source, field) for field, read in readers])
        # A library that is older than these declarations: it knows of less.
        return cls._make([read(source, field) if end <= source.size else None
                          for (field, read), end in zip(readers, ends)])

    made = type(name, (base,), {"__slots__": (), "__doc__": doc, "__module__": __name__, "_of": classmethod(of)})
    OF_STRUCT[struct] = made
    return made


Info = _record(_abi.Info, "What a handle, or an installed backend, is.")
Block = _record(_abi.Block, "A block, or a subnet.")
Usage = _record(_abi.Usage, "How much of a block is in use, as decimal text: it may need 129 bits.")
Address = _record(_abi.Address, "An allocation.")
AddressMatch = _record(_abi.AddressMatch, "A block that contains an IP, and what the IP is there.")
AddressSnapshotResult = _record(_abi.AddressSnapshotResult, "A moment of the backend, to reconcile against.")
Route = _record(_abi.Route, "A route of a block.")
Allocation = _record(_abi.Allocation, "An address with what its user must configure.")
Interface = _record(_abi.Interface, "An interface with its addresses.")
MacRange = _record(_abi.MacRange, "A prefix from which MAC addresses are given.")
Policy = _record(_abi.Policy, "A named set of excluded addresses.")
PolicyRange = _record(_abi.PolicyRange, "A run of excluded addresses of a policy.")
PolicyOctet = _record(_abi.PolicyOctet, "An excluded last octet of a policy.")
Lease = _record(_abi.Lease, "The DHCP state of an address.")
CheckReport = _record(_abi.CheckReport, "What a check of the store found.")

# A page of a list.
Page = namedtuple("Page", ["items", "next_marker"])
