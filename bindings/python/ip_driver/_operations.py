"""Every operation of the ABI as a method of its group, made of the function's own prototype.

A group is an attribute of Driver ("driver.policy_range"), an operation a method of it ("create"); the C function is
ip_driver_GROUP_OPERATION. Arguments are keywords that have the names of the ABI: those of the args struct, or of the
function's parameters.
"""
import ctypes

from ip_driver import _abi, _arguments, _text
from ip_driver.results import OF_STRUCT, Page

GROUPS = ("block", "subnet", "address", "network", "interface", "mac_range", "allowed_ip", "route", "policy", "policy_range",
          "policy_octet", "nat", "lease", "store")

# Parameters of the functions that take no struct.
_PARAMETERS = {
    "block_get": "tenant id",
    "block_delete": "tenant id",
    "block_usage": "tenant id",
    "address_get": "tenant block address",
    "address_restore": "tenant block address",
    "address_snapshot": "",
    "network_deallocate": "tenant network interface",
    "interface_get": "tenant id",
    "interface_delete": "tenant id",
    "interface_delete_all": "tenant device",
    "mac_range_get": "id",
    "mac_range_delete": "id",
    "allowed_ip_get": "tenant interface address",
    "allowed_ip_disallow": "tenant interface address",
    "route_get": "tenant block id",
    "route_delete": "tenant block id",
    "policy_get": "tenant id",
    "policy_delete": "tenant id",
    "policy_range_get": "tenant policy id",
    "policy_range_delete": "tenant policy id",
    "policy_octet_get": "tenant policy id",
    "policy_octet_delete": "tenant policy id",
    "lease_release": "tenant block address",
    "lease_get": "tenant block address",
    "store_check": "",
}

# Lists whose pages are not just read: each page changes something, so all of them are fetched at once.
_EAGER = ("address_reconcile", "lease_expire")


class Pages(object):
    """Iterates over all items of a list; fetches a page when it is needed.

    next_marker is where the page after the present one begins (None: there is none), so that an interrupted walk can be
    taken up again with `marker`.
    """

    def __init__(self, fetch, marker):
        self._fetch = fetch
        self._items = iter(())
        self.next_marker = marker
        self._started = False

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            for item in self._items:
                return item
            if self._started and self.next_marker is None:
                raise StopIteration
            page = self._fetch(self.next_marker)
            self._started = True
            self._items, self.next_marker = iter(page.items), page.next_marker

    next = __next__


def _pointed(kind, times):
    """What a pointer type points to, so many stars away; None if it is no such pointer."""
    for _ in range(times):
        kind = getattr(kind, "_type_", None)
        if not isinstance(kind, type):
            return None
    return kind


def _is_struct(kind):
    return isinstance(kind, type) and issubclass(kind, ctypes.Structure)


class Operation(object):
    """One function of the ABI: how its arguments are made and its result is read."""

    def __init__(self, name):
        self.function = "ip_driver_" + name
        _, kinds = _abi.FUNCTIONS[self.function]
        inner = list(kinds[1:-1])
        self.result = None
        self.record = None
        if inner and _is_struct(_pointed(inner[-1], 2)):
            self.result = _pointed(inner.pop(), 2)
            fields = dict(self.result._fields_)
            self.is_list = "items" in fields
            element = _pointed(fields["items"], 2) if self.is_list else self.result
            self.record = OF_STRUCT[element]
            self.free = self.function_of_free()
        self.is_number = bool(inner) and inner[-1] is ctypes.POINTER(ctypes.c_uint64)
        if self.is_number:
            inner.pop()
        self.args = _pointed(inner[0], 1) if inner and inner[0] is not ctypes.c_char_p else None
        self.parameters = () if self.args else tuple(_PARAMETERS[name].split())
        self.names = tuple(_arguments.names(self.args)) if self.args else self.parameters
        self.is_paged = self.result is not None and self.is_list and "marker" in self.names
        self.is_eager = name in _EAGER

    def function_of_free(self):
        for name, (_, kinds) in _abi.FUNCTIONS.items():
            if name.endswith("_free") and kinds[0] is ctypes.POINTER(self.result):
                return name
        raise AssertionError(self.function)

    def inputs(self, given):
        """The C arguments between the handle and the outputs, and what they live in."""
        keep = []
        if self.args:
            made = _arguments.fill(self.args, given, keep)
            keep.append(made)
            return [ctypes.byref(made)], keep
        for name in given:
            if name not in self.parameters:
                raise TypeError("there is no argument %s" % name)
        return [_text.encode(name, given.get(name)) for name in self.parameters], keep

    def call(self, driver, given):
        """Calls the function once; a list comes back as a Page."""
        inputs, keep = self.inputs(given)
        if self.is_number:
            number = ctypes.c_uint64()
            driver._call(self.function, inputs + [ctypes.byref(number)])
            return number.value
        if self.result is None:
            driver._call(self.function, inputs)
            return None
        pointer = ctypes.POINTER(self.result)()
        driver._call(self.function, inputs + [ctypes.byref(pointer)])
        try:
            source = pointer.contents
            if not self.is_list:
                return self.record._of(source)
            items = [self.record._of(source.items[i].contents) for i in range(source.count)]
            return Page(items, _text.decode(source.next_marker))
        finally:
            driver._free(self.free, pointer)


def _method(group, verb, operation):
    if operation.result is None or not operation.is_list:
        def method(self, **given):
            return operation.call(self._driver, given)
    elif operation.is_eager:
        def method(self, **given):
            items = []
            while True:
                page = operation.call(self._driver, given)
                items.extend(page.items)
                if page.next_marker is None:
                    return items
                if operation.is_paged:
                    given["marker"] = page.next_marker
    elif operation.is_paged:
        def method(self, **given):
            driver = self._driver
            # A misspelt argument is reported here, not where the list is walked.
            operation.inputs(given)
            marker = given.pop("marker", None)
            return Pages(lambda marker: operation.call(driver, dict(given, marker=marker)), marker)
    else:
        def method(self, **given):
            return operation.call(self._driver, given).items
    method.__name__ = verb
    method.__doc__ = "%s(%s): see %s() in the C headers." % (
        verb, ", ".join(name + "=..." for name in operation.names), operation.function)
    return method


class Group(object):
    """The operations of a group, on an open handle."""

    __slots__ = ("_driver",)

    def __init__(self, driver):
        self._driver = driver


def _make_group(group):
    """The class of a group: a method for each function of the ABI that belongs to it."""
    members = {"__slots__": (), "__doc__": "Operations on %s: see ip_driver/*.h." % group.replace("_", " "), "operations": {}}
    prefix = "ip_driver_%s_" % group
    for function in _abi.FUNCTIONS:
        verb = function[len(prefix):]
        if not function.startswith(prefix) or function.endswith("_free"):
            continue
        # "policy" is the beginning of "policy_range" too.
        if any(function.startswith("ip_driver_%s_" % other) for other in GROUPS if other.startswith(group + "_")):
            continue
        operation = Operation(function[len("ip_driver_"):])
        members[verb] = _method(group, verb, operation)
        members["operations"][verb] = operation
        if operation.is_paged and not operation.is_eager:
            members[verb + "_page"] = _page_method(verb, operation)
    return type("".join(word.capitalize() for word in group.split("_")) + "Group", (Group,), members)


def _page_method(verb, operation):
    def method(self, **given):
        return operation.call(self._driver, given)
    method.__name__ = verb + "_page"
    method.__doc__ = "One page of %s(): a Page of items and next_marker." % verb
    return method


CLASSES = dict((group, _make_group(group)) for group in GROUPS)
