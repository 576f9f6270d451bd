"""What is left when something fails, or a process dies, at each step between the driver and Nova's database: nothing."""
import os
import traceback
import unittest

import ip_driver
import steps
from early_support import variants
from standin import early


class HalfWay(object):
    acts = (steps.unavailable, steps.kill)

    def setUp(self):
        super(HalfWay, self).setUp()
        self.net = self.network()
        self.instances = [self.instance() for _ in range(3)]
        self.vifs = [self.vif(instance, self.net, "02:00:00:00:00:%02x" % number)
                     for number, instance in enumerate(self.instances)]

    def stepping(self, made):
        """From here on the process under test has that many steps to live."""
        real = self.connection.get()
        self.connection._driver = steps.Stepping(real, made)
        self.nova["database"].step = made.at

    def recover(self):
        """Another process, or the same one later, on its periodic task."""
        self.nova["database"].step = lambda what: None
        self.restart()
        for network in self.nova["database"].rows("networks"):
            try:
                self.fixed_ips.reconcile_network(self.admin, network["id"])
            except ip_driver.NotFound:
                # Not created to the end, and to be deleted.
                self.assertNotEqual(network["id"], self.net["id"])
        self.fixed_ips.release_free(self.admin)

    def let_holds_lapse(self):
        """As time does. Those that belong to a row must have been confirmed before."""
        for block in self.store.block.list():
            if block.version == 4:
                for allocation in list(self.store.address.list(block=block.id, state="allocated")):
                    if allocation.hold_until:
                        self.assertNotIn(allocation.address, self.rows())
                        self.store.address.cancel(refs=[allocation])

    def rows_have_addresses(self):
        """At no time is an address free whose row is somebody's: it could be given to another."""
        allocated = self.allocated(self.net)
        for address, row in self.rows().items():
            if row[self.column] is not None or row["host"] is not None:
                self.assertIn(address, allocated)

    def attempt(self, operation, given, made, is_child):
        """Whether the operation succeeded."""
        self.stepping(made)
        try:
            operation(given)
            done = True
        except (ip_driver.Unavailable, steps.Died) as error:
            self.assertEqual(str(error), made.where)
            done = False
        except BaseException:
            if is_child:
                traceback.print_exc()
                os._exit(3)
            raise
        if is_child:
            os._exit(0)
        self.nova["database"].step = lambda what: None
        return done

    def each_step(self, prepare, operation, check, sound=True):
        """Runs operation() with a failure at each step of it, until there are no more steps; returns where that was.
        sound: every row has its address to begin with."""
        where = []
        for act in self.acts:
            number = 0
            while True:
                number += 1
                given = prepare()
                made = steps.Steps(number, act)
                pid = os.fork() if act is steps.kill else None
                if pid:
                    status = os.waitpid(pid, 0)[1] >> 8
                    self.assertIn(status, (0, steps.KILLED))
                    done = status == 0
                    reached = not done
                else:
                    done = self.attempt(operation, given, made, pid == 0)
                    reached = made.count >= number
                    where.append(made.where)
                if sound:
                    self.rows_have_addresses()
                self.recover()
                self.let_holds_lapse()
                check(given, done)
                self.check(self.net)
                if not reached:
                    break
        return where

    def test_associate_pool(self):
        def associate(_):
            address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instances[0])
            self.assertEqual(self.rows()[address][self.column], self.instances[0])

        def check(_, done):
            rows = self.rows()
            if done:
                self.assertEqual(len(rows), 1)
            for address in rows:
                self.assertEqual(self.allocated(self.net)[address].interface, self.vifs[0]["uuid"])
                self.api.fixed_ip_disassociate(self.admin, address)

        where = self.each_step(lambda: self.restart(), associate, check)
        expected = ["after address.allocate", "before commit", "after commit"]
        if self.backend != "historical":
            expected += ["before address.confirm", "after address.confirm"]
        for step in expected:
            self.assertIn(step, where)

    def test_disassociate(self):
        def check(address, done):
            if done:
                self.assertEqual(self.rows(), {})
            for left in self.rows():
                self.assertEqual(left, address)
                self.api.fixed_ip_disassociate(self.admin, left)

        where = self.each_step(
            lambda: self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instances[2]),
            lambda address: self.api.fixed_ip_disassociate(self.admin, address), check)
        for step in ("before commit", "after commit", "before interface.delete", "after interface.delete"):
            self.assertIn(step, where)


class HalfWayByService(HalfWay):
    """Where the state is a service's, a process that is gone is one that asks for nothing more."""

    acts = (steps.unavailable, steps.die)


class MoreHalfWay(HalfWay):
    """Every other operation too, and green threads that are killed."""

    acts = (steps.unavailable, steps.die, steps.kill)

    def test_associate_an_address(self):
        def check(_, done):
            self.assertTrue(not done or list(self.rows()) == ["10.0.0.9"])
            for address in self.rows():
                self.api.fixed_ip_disassociate(self.admin, address)

        self.each_step(
            lambda: None,
            lambda _: self.api.fixed_ip_associate(self.admin, "10.0.0.9", self.instances[1], self.net["id"]), check)

    def test_release_of_what_others_freed(self):
        def prepare():
            address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], host="c1")
            self.db.fixed_ip_update(self.admin, address, {"host": None})
            return address

        def check(address, done):
            self.assertEqual(self.rows(), {})

        self.each_step(prepare, lambda _: self.fixed_ips.release_free(self.admin), check)

    def test_reconcile(self):
        """Reconciling itself may fail at each step, and be done again."""
        def prepare():
            block = self.block(self.net)
            kept = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instances[0])
            lost = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instances[1])
            allocation = self.allocated(self.net)[lost]
            self.driver.address.deallocate(tenant=block.tenant, block=block.id, address=lost, id=allocation.id)
            self.driver.address.allocate(tenant=block.tenant, block=block.id, address="10.0.0.99", interface="nobody",
                                         device="nobody")
            return kept, lost

        def check(given, done):
            self.assertEqual(sorted(self.allocated(self.net)), sorted(given))
            for address in given:
                self.api.fixed_ip_disassociate(self.admin, address)

        self.each_step(prepare, lambda _: self.fixed_ips.reconcile_network(self.admin, self.net["id"]), check, False)

    def test_create_and_delete_a_network(self):
        def create(_):
            self.network(cidr="10.20.0.0/24", cidr_v6="fd00:20::/64")

        def check(_, done):
            made = [row for row in self.nova["database"].rows("networks") if row["cidr"] == "10.20.0.0/24"]
            if done:
                self.assertEqual(len([row for row in self.rows(reserved=True) if row.startswith("10.20.")]), 3)
            for network in made:
                self.api.network_delete_safe(self.admin, network["id"])
            self.assertEqual(set(block.network for block in self.store.block.list()), set([self.net["uuid"]]))
            self.assertEqual([policy.name for policy in self.store.policy.list()], ["nova " + self.net["uuid"]])

        self.each_step(lambda: None, create, check)


class Resting(object):
    """An address of a row that was released behind Nova's back, and rests."""

    native = {"quarantine": 600}

    def test_it_is_taken_back(self):
        self.net = self.network()
        instance = self.instance()
        vif = self.vif(instance, self.net)
        address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], instance)
        block = self.block(self.net)
        self.driver.address.deallocate(tenant=block.tenant, block=block.id, address=address)
        report = self.fixed_ips.reconcile_network(self.admin, self.net["id"])
        if self.backend == "historical":
            # It rests to the end, and is nobody's as long as it does.
            self.assertEqual((report.claimed, report.refused), ([], [address]))
            self.store.address.purge(block=block.id, address=address, all=True)
            report = self.fixed_ips.reconcile_network(self.admin, self.net["id"])
        self.assertEqual((report.claimed, report.refused), ([address], []))
        self.assertEqual(self.check(self.net)[address].interface, vif["uuid"])


class Lapsed(object):
    """A process that died after its row was committed and before the hold was confirmed, and nobody noticed until the
    hold had ended."""

    def orphan(self):
        """The row of such a process; its address is free in the driver."""
        self.net = self.network()
        address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instance())
        self.store.interface.delete(id=self.allocated(self.net)[address].interface)
        self.store.address.purge(block=self.block(self.net).id, address=address, all=True)
        self.assertEqual(self.allocated(self.net), {})
        return address

    def test_its_address_is_not_given_to_another(self):
        address = self.orphan()
        self.restart()
        other = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instance())
        self.assertNotEqual(other, address)
        self.assertEqual(sorted(self.check(self.net)), sorted([address, other]))

    def test_nor_if_it_is_asked_for(self):
        address = self.orphan()
        self.restart()
        self.assertRaises(self.nova["nova.exception"].FixedIpAlreadyInUse, self.api.fixed_ip_associate, self.admin, address,
                          self.instance(), self.net["id"])
        self.assertEqual(list(self.check(self.net)), [address])

    def test_a_hold_that_lapses_before_it_is_confirmed(self):
        self.net = self.network()
        made = steps.Steps(0)
        real = self.connection.get()

        class Slow(steps.Stepping):
            pass

        def lapse(what):
            if what == "before address.confirm":
                for allocation in list(self.store.address.list(block=self.block(self.net).id, state="allocated")):
                    if allocation.hold_until:
                        self.store.address.cancel(refs=[allocation])
                        self.lapsed = allocation.id

        made.at = lapse
        self.connection._driver = Slow(real, made)
        self.lapsed = None
        # It never gets through, and leaves nothing.
        if self.backend == "historical":
            self.api.fixed_ip_associate_pool(self.admin, self.net["id"], self.instance())
            self.assertEqual(self.lapsed, None)
        else:
            self.assertRaises(ip_driver.Error, self.api.fixed_ip_associate_pool, self.admin, self.net["id"], self.instance())
            self.assertNotEqual(self.lapsed, None)
            self.assertEqual(self.rows(), {})
        self.check(self.net)


class LapsedWithConstraint(Lapsed):
    """2013.2 has a constraint on fixed_ips."""

    def test_a_constraint_of_the_table_is_heard(self):
        """Also in a process that has been at work since before."""
        address = self.orphan()
        self.assertRaises(self.nova["nova.exception"].FixedIpAlreadyInUse, self.api.fixed_ip_associate, self.admin, address,
                          self.instance(), self.net["id"])
        self.assertEqual(list(self.check(self.net)), [address])


class Grace(object):
    """What has no row is left alone until it has had none for the time of grace; holds and others' addresses always."""

    options = {"ip_driver_reconcile_grace": 600}

    def test_grace(self):
        from ip_driver.nova import reconcile
        self.net = self.network()
        block = self.block(self.net)
        now = [1000.0]
        self.addCleanup(setattr, reconcile, "_now", reconcile._now)
        reconcile._now = lambda: now[0]

        def allocate(address, **more):
            return self.driver.address.allocate(tenant=block.tenant, block=block.id, address=address, **more)[0]

        allocate("10.0.0.50", interface="i", device="d")
        allocate("10.0.0.51")
        if self.driver.supports("hold"):
            allocate("10.0.0.52", interface="h", device="d", hold=3600)
        expected = sorted(self.allocated(self.net))

        def run():
            return self.fixed_ips.reconcile_network(self.admin, self.net["id"]).released

        self.assertEqual(run(), [])
        now[0] += 599
        self.assertEqual(run(), [])
        # It is another's by now: its time begins anew.
        self.driver.address.deallocate(tenant=block.tenant, block=block.id, address="10.0.0.50")
        allocate("10.0.0.50", interface="j", device="d")
        now[0] += 2
        self.assertEqual(run(), [])
        self.assertEqual(sorted(self.allocated(self.net)), expected)
        now[0] += 600
        self.assertEqual(run(), ["10.0.0.50"])
        self.assertEqual(sorted(self.allocated(self.net)), expected[1:])
        # A process that has just started knows of none.
        allocate("10.0.0.50", interface="k", device="d")
        now[0] += 6000
        self.restart()
        self.assertEqual(run(), [])


variants(HalfWayByService, globals(), early.RELEASES[:1], ("melange", "historical"))
variants(MoreHalfWay, globals(), early.RELEASES[:1])
variants(Resting, globals(), early.RELEASES[:1], ("native", "melange", "historical"))
variants(Lapsed, globals(), early.RELEASES[:3])
variants(Lapsed, globals(), early.RELEASES[:1], ("melange", "historical"))
variants(LapsedWithConstraint, globals(), early.RELEASES[-1:], ("native", "melange", "historical"))
variants(Grace, globals(), early.RELEASES[:1], ("native", "historical"))

if __name__ == "__main__":
    unittest.main()
