"""Keyword arguments into args structs of the ABI.

What a value must be is the library's business; here only that C sees what was given: no text cut at a NUL, no number
wrapped round, no misspelt argument ignored.
"""
import ctypes

from ip_driver import _abi, _text, errors
from ip_driver._words import ARRAYS, CHOICES, FLAGS, SETS

try:
    _INTEGERS = (int, long)
except NameError:
    _INTEGERS = (int,)

# Lowest and highest value of a number's type.
_RANGES = {
    ctypes.c_int32: (-2 ** 31, 2 ** 31 - 1),
    ctypes.c_uint32: (0, 2 ** 32 - 1),
    ctypes.c_int64: (-2 ** 63, 2 ** 63 - 1),
    ctypes.c_uint64: (0, 2 ** 64 - 1),
}
# c_size_t is one of these too, but only counts are of that type.
_HIDDEN = frozenset(["size", "reserved", "flags", "set"]) | frozenset(ARRAYS.values())


def _number(name, value, kind):
    if isinstance(value, bool) or not isinstance(value, _INTEGERS):
        raise TypeError("%s must be an int, not %s" % (name, type(value).__name__))
    least, most = _RANGES[kind]
    if not least <= value <= most:
        raise errors.Invalid("%s %d is not between %d and %d" % (name, value, least, most))
    return value


def _choice(name, value):
    words = CHOICES[name]
    if value not in words:
        raise errors.Invalid("%s %r is not one of %s" % (name, value, ", ".join(words)))
    return words.index(value)


def _items(name, value):
    if isinstance(value, _text.TEXT) or isinstance(value, dict):
        raise TypeError("%s must be a sequence, not %s" % (name, type(value).__name__))
    return list(value)


def _values(name, item, struct):
    """The fields of an element: a dict, or any object that has the struct's fields as attributes."""
    if isinstance(item, dict):
        return item
    fields = [field for field, _ in struct._fields_ if field not in _HIDDEN]
    if isinstance(item, tuple) and not hasattr(item, "_fields"):
        return dict(zip(fields, item))
    return dict((field, getattr(item, field)) for field in fields if hasattr(item, field))


def names(struct):
    """The names of the arguments that an args struct takes, in its order."""
    given = [name for name, _ in struct._fields_ if name not in _HIDDEN]
    return given + sorted(FLAGS.get(struct, ()))


def fill(struct, given, keep):
    """Makes an args struct of a dict. `keep` is a list, which must live as long as the struct."""
    made = struct()
    if hasattr(struct, "size"):
        made.size = ctypes.sizeof(struct)
    flags = FLAGS.get(struct, {})
    bits = SETS.get(struct, {})
    kinds = dict(struct._fields_)
    for name, value in given.items():
        if name in flags:
            if value:
                made.flags |= flags[name]
            continue
        if name not in kinds or name in _HIDDEN:
            raise TypeError("there is no argument %s" % name)
        if name in bits:
            made.set |= bits[name]
        if value is None:
            continue
        _set(made, name, value, kinds[name], keep)
    return made


def _set(made, name, value, kind, keep):
    if kind is ctypes.c_char_p:
        setattr(made, name, _text.encode(name, value))
    elif name in CHOICES and kind is ctypes.c_int32:
        setattr(made, name, _choice(name, value))
    elif kind in _RANGES:
        setattr(made, name, _number(name, value, kind))
    else:
        items = _items(name, value)
        array = _array(name, items, kind._type_, keep)
        keep.append(array)
        setattr(made, name, ctypes.cast(array, kind))
        setattr(made, ARRAYS[name], len(items))


def _array(name, items, element, keep):
    """The C array of texts, of structs, or of pointers to structs."""
    array = (element * len(items))()
    for i, item in enumerate(items):
        where = "%s[%d]" % (name, i)
        if element is ctypes.c_char_p:
            array[i] = _text.encode(where, item)
        elif issubclass(element, ctypes.Structure):
            array[i] = fill(element, _values(where, item, element), keep)
        else:
            one = fill(element._type_, _values(where, item, element._type_), keep)
            keep.append(one)
            array[i] = ctypes.pointer(one)
    return array


def settings(given):
    """An array of settings of {"group": {"key": value}}, and its length; True and False become true and false."""
    flat = []
    for group in sorted(given):
        for key in sorted(given[group]):
            value = given[group][key]
            if isinstance(value, bool):
                value = "true" if value else "false"
            elif isinstance(value, _INTEGERS):
                value = "%d" % value
            flat.append(_abi.Setting(_text.encode("group", group), _text.encode("key", key), _text.encode(key, value)))
    return (_abi.Setting * len(flat))(*flat), len(flat)
