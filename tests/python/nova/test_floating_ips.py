"""Floating IPs of the pools that ip_driver keeps: Nova's rows and the driver go together, whatever fails; other pools are Nova's."""
import os
import threading
import unittest

import ip_driver
import steps
from deployment_support import run
from early_support import all_variants


class FailingNat(object):
    """A driver whose NAT pairs cannot be changed."""

    def __init__(self, handle):
        self._handle = handle
        self.nat = self

    def __getattr__(self, name):
        return getattr(self._handle.nat if name.startswith("list") else self._handle, name)

    def add(self, **given):
        raise ip_driver.Unavailable("nat.add", True)

    def remove(self, **given):
        raise ip_driver.Unavailable("nat.remove", True)


class Floating(object):
    options = {"ip_driver_floating_pools": ["nova", "later"]}
    numbers = (1, 2, 3)

    def setUp(self):
        super(Floating, self).setUp()
        self.exception = self.nova["nova.exception"]
        self.database = self.nova["database"]
        self.net = self.network()
        for pool, prefix in (("nova", "172.24.4"), ("other", "172.24.5")):
            for number in self.numbers:
                self.add_row("%s.%d" % (prefix, number), pool)
        # As an import makes the pools.
        status, lines, errors = run("import", self.served.path, self.path)
        self.assertEqual(status, 0, "\n".join(lines) + errors)

    def add_row(self, address, pool):
        self.database.write("INSERT INTO floating_ips (address, pool, deleted, auto_assigned) VALUES (:address, :pool, 0, 0)",
                            address=address, pool=pool)

    def row(self, address):
        (found,) = self.database.rows("floating_ips", "address = :address", address=address)
        return found

    def in_driver(self, pool="nova"):
        """{address: Address} that are allocated in the pool's blocks."""
        found = {}
        for block in self.driver.network.get(tenant="default", network="pool:" + pool):
            for address in self.driver.address.list(tenant="default", block=block.id, state="allocated"):
                found[address.address] = address
        return found

    def locals(self, address):
        """The fixed addresses that the driver pairs an address with."""
        found = []
        for block in self.driver.network.get(tenant="default", network="pool:nova"):
            known = [item.address for item in self.driver.address.list(tenant="default", block=block.id)]
            if address in known:
                found.extend(item.address for item in
                             self.driver.nat.list_locals(tenant="default", block=block.id, address=address))
        return found

    def agree(self):
        """What ip-driver-nova says of both, and that nothing is tentative."""
        status, lines, errors = run("verify", self.served.path, self.path, ("--live",))
        self.assertEqual(status, 0, "\n".join(lines) + errors)
        self.assertEqual([item for item in self.in_driver().values() if item.hold_until], [])

    def allocate(self, project="p1", pool="nova", **given):
        return self.api.floating_ip_allocate_address(self.admin, project, pool, **given)

    def fixed(self):
        instance = self.instance()
        vif = self.vif(instance, self.net, "02:00:00:00:00:%02x" % len(self.database.rows("instances")))
        address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], instance)
        self.api.fixed_ip_update(self.context, address, {"allocated": True, "virtual_interface_id": vif["id"]})
        return address

    def test_from_the_pool_and_back(self):
        address, fixed = self.allocate(), self.fixed()
        self.assertEqual(self.row(address)["project_id"], "p1")
        self.assertEqual([(item.address, item.used_by_tenant, item.interface) for item in self.in_driver().values()],
                         [(address, "p1", None)])
        self.agree()
        made = self.api.floating_ip_fixed_ip_associate(self.context, address, fixed, "net1")
        self.assertEqual(made if self.release in ("2012.1", "2012.2") else made["address"],
                         None if self.release == "2012.1" else fixed)
        self.assertEqual((self.locals(address), self.row(address)["host"]), ([fixed], "net1"))
        self.agree()
        if self.release != "2012.1":
            # Again.
            self.assertEqual(self.api.floating_ip_fixed_ip_associate(self.context, address, fixed, "net1"), None)
        ended = self.api.floating_ip_disassociate(self.context, address)
        self.assertEqual(ended if self.release in ("2012.1", "2012.2") else ended["address"], fixed)
        self.assertEqual((self.locals(address), self.row(address)["fixed_ip_id"]), ([], None))
        self.agree()
        self.api.floating_ip_deallocate(self.context, address)
        self.assertEqual((self.in_driver(), self.row(address)["project_id"]), ({}, None))
        self.agree()

    def test_another_fixed_ip_takes_the_place_of_one(self):
        address, first, second = self.allocate(), self.fixed(), self.fixed()
        for fixed in (first, second):
            self.api.floating_ip_fixed_ip_associate(self.context, address, fixed, None)
        self.assertEqual(self.locals(address), [second])
        self.assertEqual(self.row(address)["fixed_ip_id"], self.rows()[second]["id"])

    def test_exhausted(self):
        self.assertEqual(sorted(self.allocate("p%d" % number) for number in self.numbers),
                         ["172.24.4.%d" % number for number in self.numbers])
        self.assertRaises(self.exception.NoMoreFloatingIps, self.allocate)
        self.agree()
        self.api.floating_ip_deallocate(self.admin, "172.24.4.2")
        self.assertEqual(self.allocate("p9"), "172.24.4.2")
        self.agree()

    def test_a_pool_that_is_not_in_the_driver(self):
        self.add_row("172.24.9.1", "later")
        self.assertRaises(ip_driver.NotFound, self.allocate, pool="later")
        self.assertEqual(self.row("172.24.9.1")["project_id"], None)

    def test_another_project(self):
        address = self.allocate("p2")
        self.assertRaises(self.exception.NotAuthorized, self.api.floating_ip_allocate_address, self.context, "p2", "nova")
        if self.release in ("2012.1", "2012.2"):
            self.assertRaises(self.exception.NotAuthorized, self.api.floating_ip_deallocate, self.context, address)
        self.assertEqual(list(self.in_driver()), [address])
        self.agree()

    def test_pools_that_are_not_listed_are_novas(self):
        before = self.in_driver("other")
        address, fixed = self.allocate(pool="other"), self.fixed()
        self.api.floating_ip_fixed_ip_associate(self.context, address, fixed, "net1")
        self.assertEqual(self.row(address)["fixed_ip_id"], self.rows()[fixed]["id"])
        self.assertEqual(self.in_driver("other"), before)
        self.api.floating_ip_disassociate(self.context, address)
        self.api.floating_ip_deallocate(self.context, address)
        self.assertEqual((self.row(address)["project_id"], self.row(address)["fixed_ip_id"]), (None, None))
        for function in (self.api.floating_ip_disassociate, self.api.floating_ip_fixed_ip_associate):
            given = (fixed, "net1") if function is self.api.floating_ip_fixed_ip_associate else ()
            self.assertRaises(self.exception.FloatingIpNotFoundForAddress, function, self.context, "172.24.7.7", *given)

    def test_auto_assigned(self):
        if self.release != "2013.2":
            self.assertRaises(TypeError, self.allocate, pool="other", auto_assigned=True)
            return
        self.assertTrue(self.row(self.allocate(pool="other", auto_assigned=True))["auto_assigned"])
        self.api.floating_ip_deallocate(self.admin, "172.24.5.1")
        for flag in (True, False):
            self.assertEqual(bool(self.row(self.allocate(auto_assigned=flag))["auto_assigned"]), flag)
        self.agree()

    def test_a_row_that_a_project_has_already(self):
        """As when a process died before it confirmed, and its hold has lapsed."""
        self.database.write("UPDATE floating_ips SET project_id = 'p7' WHERE address = '172.24.4.1'")
        self.assertEqual(self.allocate(), "172.24.4.2")
        self.assertEqual(dict((address, item.used_by_tenant) for address, item in self.in_driver().items()),
                         {"172.24.4.1": "p7", "172.24.4.2": "p1"})
        self.agree()

    def test_a_row_that_stock_nova_takes_in_between(self):
        take = self.nova_rows.take_floating
        self.addCleanup(setattr, self.nova_rows, "take_floating", take)

        def late(*given):
            self.nova_rows.take_floating = take
            self.db.floating_ip_allocate_address(self.admin, "p7", "nova")
            return take(*given)

        self.nova_rows.take_floating = late
        self.assertEqual(self.allocate(), "172.24.4.2")
        self.assertEqual([self.row("172.24.4.%d" % number)["project_id"] for number in self.numbers], ["p7", "p1", None])
        self.agree()

    def test_an_address_without_a_row(self):
        self.database.write("DELETE FROM floating_ips WHERE address = '172.24.4.1'")
        self.assertEqual(self.allocate(), "172.24.4.2")
        self.assertEqual(list(self.in_driver()), ["172.24.4.2"])

    def test_an_address_that_was_not_released(self):
        for _ in self.numbers:
            self.allocate()
        self.db.floating_ip_deallocate(self.admin, "172.24.4.2")
        if self.backend == "historical":
            # There, what is being allocated looks the same.
            self.assertRaises(self.exception.NoMoreFloatingIps, self.allocate)
            return
        self.assertEqual(self.allocate("p9"), "172.24.4.2")
        self.agree()

    def test_allocate_half_way(self):
        """A failure at each step: neither the row nor the driver has anything, or both."""
        for act in (steps.unavailable, steps.die):
            number = 0
            while True:
                number += 1
                made = steps.Steps(number, act)
                self.restart()
                self.connection._driver = steps.Stepping(self.connection.get(), made)
                self.database.step = made.at
                try:
                    self.allocate()
                except (ip_driver.Unavailable, steps.Died) as error:
                    self.assertEqual(str(error), made.where)
                self.database.step = lambda what: None
                if made.where is None:
                    break
                taken = [row["address"] for row in self.database.rows("floating_ips", "project_id IS NOT NULL")]
                self.assertEqual(taken, [])
                for address, item in self.in_driver().items():
                    # Its answer was lost, so that nobody knows of it: a hold ends by itself.
                    self.assertEqual(made.where, "after address.allocate")
                    self.assertEqual(bool(item.hold_until), self.backend != "historical")
                    self.driver.address.deallocate(tenant="default", block=item.block, address=address)
            self.assertGreater(number, 4)
            self.restart()
            for address in list(self.in_driver()):
                self.api.floating_ip_deallocate(self.admin, address)

    def test_associate_and_disassociate_when_the_driver_fails(self):
        address, first, second = self.allocate(), self.fixed(), self.fixed()
        real = self.connection.get()
        self.api.floating_ip_fixed_ip_associate(self.context, address, first, "h1")
        self.connection._driver = FailingNat(real)
        self.assertRaises(ip_driver.Unavailable, self.api.floating_ip_fixed_ip_associate, self.context, address, second, "h2")
        row = self.row(address)
        self.assertEqual((row["fixed_ip_id"], row["host"], self.locals(address)), (self.rows()[first]["id"], "h1", [first]))
        # Nova's has ended; the driver's ends with the next.
        self.api.floating_ip_disassociate(self.context, address)
        self.assertEqual((self.row(address)["fixed_ip_id"], self.locals(address)), (None, [first]))
        self.connection._driver = real
        self.api.floating_ip_fixed_ip_associate(self.context, address, second, "h2")
        self.assertEqual(self.locals(address), [second])
        self.connection._driver = FailingNat(real)
        self.api.floating_ip_disassociate(self.context, address)
        self.connection._driver = real
        self.api.floating_ip_deallocate(self.context, address)
        self.assertEqual((self.in_driver(), self.locals(address)), ({}, []))
        self.assertEqual(sorted(self.allocate() for _ in self.numbers), ["172.24.4.%d" % number for number in self.numbers])
        self.assertEqual(self.locals(address), [])
        self.agree()

    def test_processes_get_distinct_addresses(self):
        self.restart()
        children = []
        for _ in range(5):
            pid = os.fork()
            if pid == 0:
                status = 9
                try:
                    status = int(self.allocate().split(".")[-1])
                except self.exception.NoMoreFloatingIps:
                    status = 0
                finally:
                    os._exit(status)
            children.append(pid)
        self.assertEqual(sorted(os.waitpid(pid, 0)[1] >> 8 for pid in children), [0, 0] + list(self.numbers))
        self.agree()

    def test_threads_get_distinct_addresses(self):
        given, refused = [], []

        def work():
            try:
                given.append(self.allocate())
            except self.exception.NoMoreFloatingIps:
                refused.append(1)

        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((sorted(given), len(refused)), (["172.24.4.%d" % number for number in self.numbers], 2))
        self.agree()


all_variants(Floating, globals())

if __name__ == "__main__":
    unittest.main()
