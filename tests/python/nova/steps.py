"""Failing, or dying, at the n-th step: around every call of the driver and around every commit of Nova's database."""
import os

import ip_driver

GROUPS = ("address", "block", "interface", "network", "policy", "policy_range")


class Died(BaseException):
    """What nobody catches: a green thread that is killed."""


class Steps(object):
    """Counts steps; does something at one of them."""

    def __init__(self, number=0, act=None):
        self.number = number
        self.count = 0
        self._act = act
        self.where = None

    def at(self, what):
        self.count += 1
        if self.count == self.number:
            self.where = what
            self._act(what)


def unavailable(what):
    raise ip_driver.Unavailable(what, True)


def die(what):
    raise Died(what)


# The status of a process that ended itself so.
KILLED = 77


def kill(what):
    os._exit(KILLED)


class Stepping(object):
    """A driver whose calls are steps: before, and after what it did is done."""

    def __init__(self, handle, steps):
        self._handle = handle
        self._steps = steps

    def __getattr__(self, name):
        found = getattr(self._handle, name)
        return _Group(found, self._steps, name) if name in GROUPS else found


class _Group(object):
    def __init__(self, group, steps, name):
        self._group = group
        self._steps = steps
        self._name = name

    def __getattr__(self, verb):
        function = getattr(self._group, verb)

        def call(**given):
            self._steps.at("before %s.%s" % (self._name, verb))
            result = function(**given)
            # A list that pages by itself has been nowhere yet.
            if verb not in ("list", "get") or self._name == "address" and verb == "get":
                self._steps.at("after %s.%s" % (self._name, verb))
            return result
        return call
