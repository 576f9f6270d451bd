#!/usr/bin/env python3
"""Allocation in a /16 that is 90 % full: through the nova layer on ip_driver, beside the statements that Nova itself issues.

    bench.py [--rounds N] [--count N] [--durability full|off] [--layout LAYOUT] [--least RATIO]

Both sides have the tables of Nova Essex in SQLite, with an instance and a VIF for each allocated address, a connection that
stays open and the same durability, and take turns. Nova's has a row for each of the 65,536 addresses; ours has one for each
allocated address, and the driver's native database beside it. Prints for each side the allocations per second (median of
the rounds), and the ratio (median of that of each round); with --least, fails if one is below it.

Durability full is what Nova's and the driver's defaults give: each commit waits for the disk. With off, none does.
Layout: the addresses in use are the first ones, as Nova fills an empty network, or have holes everywhere.

IP_DRIVER_LIBRARY and IP_DRIVER_MODULE_PATH name the library and its modules, as for the tests of the binding.
"""
from __future__ import print_function

import argparse
import contextlib
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tests", "python", "nova"), os.path.join(ROOT, "bindings", "python"), HERE]

import ip_driver  # noqa: E402
import statements  # noqa: E402
from standin import early, early_db  # noqa: E402

SIZE = 65536
USED = SIZE * 9 // 10
NETWORK = "6d2c1a52-0f6e-4a53-8a0e-5f2d3b6d7f10"
BASE = 10 << 24
NOW = "2012-07-01 00:00:00.000000"

# Of SQLite, and of the driver.
DURABILITY = {"full": ("FULL", "full"), "off": ("OFF", "normal")}
LAYOUTS = ("in order", "with holes")


def address(number):
    """Of the /16, by offset."""
    return "10.0.%d.%d" % (number >> 8, number & 255)


def reserved(number):
    """Whether Nova's FlatManager reserves it: the network, the gateway, the broadcast address."""
    return number in (0, 1, SIZE - 1)


def connect(path, durability):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = %s" % DURABILITY[durability][0])
    return connection


class Session(object):
    """What Nova's get_session() returns, on a connection that stays open."""

    def __init__(self, connection):
        self._connection = connection
        self._begun = False

    @contextlib.contextmanager
    def begin(self, subtransactions=False):
        if self._begun:
            yield self
            return
        self._connection.execute("BEGIN")
        self._begun = True
        try:
            yield self
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        finally:
            self._begun = False

    def execute(self, statement, parameters=None):
        values = dict((name, str(value) if hasattr(value, "isoformat") else value)
                      for name, value in (parameters or {}).items())
        return early_db.Result(self._connection.execute(statement, values))


def fill(path, used, mirror):
    """Makes Nova's database. used: offsets of the allocated addresses; instance and VIF of each have its offset as their id.
    mirror: rows only for those that are allocated or reserved."""
    early_db.create("2012.1", path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "INSERT INTO networks (id, uuid, label, cidr, gateway, project_id, injected, multi_host, deleted, created_at)"
        " VALUES (1, ?, 'net', '10.0.0.0/16', '10.0.0.1', NULL, 0, 0, 0, ?)", (NETWORK, NOW))
    connection.executemany("INSERT INTO instances (id, uuid, project_id, host, deleted, created_at) VALUES (?, ?, 'p', 'c', 0, ?)",
                           ((number, instance_uuid(number), NOW) for number in used))
    connection.executemany("INSERT INTO virtual_interfaces (id, uuid, address, network_id, instance_id, deleted, created_at)"
                           " VALUES (?, ?, ?, 1, ?, 0, ?)",
                           ((number, vif_uuid(number), mac(number), number, NOW) for number in used))
    taken = set(used)
    connection.executemany(
        "INSERT INTO fixed_ips (address, network_id, instance_id, virtual_interface_id, allocated, leased, reserved, deleted,"
        " created_at) VALUES (?, 1, ?, ?, ?, ?, ?, 0, ?)",
        ((address(number), number if number in taken else None, number if number in taken else None, number in taken,
          number in taken, reserved(number), NOW)
         for number in range(SIZE) if not mirror or number in taken or reserved(number)))
    connection.commit()
    connection.close()


def instance_uuid(number):
    return "00000000-0000-4000-8000-%012x" % number


def vif_uuid(number):
    return "00000000-0000-4000-9000-%012x" % number


def mac(number):
    return "fa:16:3e:%02x:%02x:%02x" % (number >> 16, number >> 8 & 255, number & 255)


def fill_driver(folder, used, durability):
    """Makes the driver's database, as import would; returns the configuration."""
    config = os.path.join(folder, "ip_driver.conf")
    with open(config, "w") as stream:
        stream.write("[ip_driver]\nbackend = native\n")
        if os.environ.get("IP_DRIVER_MODULE_PATH"):
            stream.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
        stream.write("[native]\nconnection = sqlite:///%s/ipam.db\ndurability = %s\n" % (folder, DURABILITY[durability][1]))
    driver = ip_driver.Driver(config=config)
    policy = driver.policy.create(tenant="default", name="nova %s" % NETWORK)
    for offset, length in ((0, 2), (SIZE - 1, 1)):
        driver.policy_range.create(tenant="default", policy=policy.id, offset=offset, length=length)
    block = driver.block.create(tenant="default", type="private", network=NETWORK, cidr="10.0.0.0/16", gateway="10.0.0.1",
                                policy=policy.id)
    for start in range(0, len(used), 1000):
        with driver.transaction() as transaction:
            for number in used[start:start + 1000]:
                transaction.address.allocate(
                    tenant="default", block=block.id, address=address(number), interface=vif_uuid(number), mac=mac(number),
                    device=instance_uuid(number), used_by_tenant="p")
    driver.close()
    return config


class Nova(object):
    """The statements of Nova's own functions."""

    name = "Nova's own statements"

    def __init__(self, folder, used, durability):
        path = os.path.join(folder, "nova.sqlite")
        fill(path, used, False)
        self._connection = connect(path, durability)

    def prepare(self, instances):
        """Instances that are to get an address; creating them and their VIFs is no part of it."""

    def allocate(self, instance):
        given = statements.associate_pool(self._connection, 1, instance)
        statements.update(self._connection, given, instance)
        return given

    def close(self):
        self._connection.close()


class Layer(object):
    """The nova layer on ip_driver: what the managers of 2012.1 to 2013.2 have as their database."""

    name = "through ip_driver"

    def __init__(self, folder, used, durability):
        path = os.path.join(folder, "mirror.sqlite")
        fill(path, used, True)
        config = fill_driver(folder, used, durability)
        self._modules = early.install("2012.1", path)
        self._connection = connect(path, durability)
        session = Session(self._connection)
        self._modules["database"].get_session = lambda: session
        self._modules["nova.db.sqlalchemy.api"].get_session = lambda: session
        self._context = self._modules["nova.context"].get_admin_context()
        from ip_driver.nova import connection, db_api, options
        options.conf().set_override("ip_driver_config", config)
        self._close_driver = connection.close
        self._api = db_api

    def prepare(self, instances):
        for instance in instances:
            self._modules["nova.db"].instance_create(self._context, {
                "id": instance, "uuid": instance_uuid(instance), "project_id": "p", "host": "c"})
            self._api.virtual_interface_create(self._context, {
                "id": instance, "uuid": vif_uuid(instance), "address": mac(instance), "instance_id": instance, "network_id": 1})

    def allocate(self, instance):
        given = self._api.fixed_ip_associate_pool(self._context, 1, instance)
        self._api.fixed_ip_update(self._context, given, {"allocated": True, "virtual_interface_id": instance})
        return given

    def close(self):
        self._close_driver()
        self._connection.close()
        early.remove()


def median(values):
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2.0


def measure(sides, rounds, count):
    """Rates of each side, one a round. The first allocation of each, in which the layer looks at what there is, is not counted."""
    rates = [[] for _ in sides]
    given = [set() for _ in sides]
    instance = SIZE
    for round_ in range(-1, rounds):
        instances = range(instance, instance + (count if round_ >= 0 else 1))
        instance += len(instances)
        for number, side in enumerate(sides):
            side.prepare(instances)
            start = time.time()
            for each in instances:
                given[number].add(side.allocate(each))
            if round_ >= 0:
                rates[number].append(count / (time.time() - start))
    for number, side in enumerate(sides):
        assert len(given[number]) == instance - SIZE, "%s: %d addresses for %d instances" % (
            side.name, len(given[number]), instance - SIZE)
    return rates


def taken(layout):
    """The offsets of the addresses in use."""
    if layout == "in order":
        return list(range(2, 2 + USED))
    seed = int(os.environ.get("IP_DRIVER_SEED") or time.time())
    print("IP_DRIVER_SEED=%d" % seed)
    return sorted(random.Random(seed).sample(range(2, SIZE - 1), USED))


def run(kinds, layout, durability, rounds, count):
    """Measures two sides; returns the ratio of their rates. kinds: their classes."""
    used = taken(layout)
    folder = tempfile.mkdtemp()
    sides = []
    try:
        for kind in kinds:
            sides.append(kind(folder, used, durability))
        rates = measure(sides, rounds, count)
    finally:
        for side in sides:
            side.close()
        shutil.rmtree(folder)
    # Of each round, so that what disturbs the machine disturbs both.
    ratio = median([ours / theirs for theirs, ours in zip(*rates)])
    print("%d of %d addresses in use, %s; durability %s; %d rounds of %d" % (
        len(used), SIZE, layout, durability, rounds, count))
    for side, found in zip(sides, rates):
        print("  %-22s %8.1f allocations/s  (%.1f to %.1f)" % (side.name, median(found), min(found), max(found)))
    print("  ratio %.1f" % ratio)
    sys.stdout.flush()
    return ratio


def main(kinds=(Nova, Layer)):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=100, help="allocations of each side in a round")
    parser.add_argument("--durability", choices=sorted(DURABILITY), help="by default one after the other")
    parser.add_argument("--layout", choices=LAYOUTS, help="by default one after the other")
    parser.add_argument("--least", type=float, default=0)
    options = parser.parse_args()
    print("Python %s, SQLite %s" % (sys.version.split()[0], sqlite3.sqlite_version))
    ratios = [run(kinds, layout, durability, options.rounds, options.count)
              for layout in ([options.layout] if options.layout else LAYOUTS)
              for durability in ([options.durability] if options.durability else sorted(DURABILITY))]
    if min(ratios) < options.least:
        print("a ratio is less than %g" % options.least)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
