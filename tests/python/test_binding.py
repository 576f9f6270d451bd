# -*- coding: utf-8 -*-
"""The binding as a program uses it, on the native backend."""
import gc
import os
import pickle
import sys
import threading
import time

import ip_driver
from ip_driver import _library, errors, results
from support import WithDatabase


class Calls(WithDatabase):
    def test_block(self):
        block = self.block(gateway="10.0.0.1", network="net")
        self.assertTrue(isinstance(block, results.Block))
        self.assertEqual((block.tenant, block.cidr, block.type, block.version, block.prefix_length, block.policy, block.broadcast),
                         ("acme", "10.0.0.0/24", "private", 4, 24, None, "10.0.0.255"))
        self.assertTrue(type(block.cidr) is str)
        self.assertTrue(abs(block.created_at - time.time()) < 600)
        self.assertEqual(self.driver.block.get(id=block.id, tenant="acme"), block)
        self.assertEqual(self.driver.block.usage(id=block.id).excluded, "3")
        self.driver.block.delete(id=block.id)
        self.raised(ip_driver.NotFound, self.driver.block.get, id=block.id)

    def test_results_are_immutable(self):
        block = self.block()
        self.raised(AttributeError, setattr, block, "cidr", "x")
        self.raised(AttributeError, setattr, block, "other", "x")

    def test_update_sets_what_is_given_and_nothing_else(self):
        block = self.block(gateway="10.0.0.1", dns1="8.8.8.8")
        self.assertEqual(self.driver.block.update(id=block.id, dns2="9.9.9.9").gateway, "10.0.0.1")
        changed = self.driver.block.update(id=block.id, gateway=None, dns1=None)
        self.assertEqual((changed.gateway, changed.dns1, changed.dns2), (None, None, "9.9.9.9"))

    def test_allocate(self):
        block = self.block(network="net")
        first = self.driver.address.allocate(tenant="acme", block=block.id, interface="vif", device="vm", mac="02:00:00:00:00:01")
        self.assertEqual([(a.address, a.interface, a.used_by_device, a.state) for a in first],
                         [("10.0.0.1", "vif", "vm", "allocated")])
        many = self.driver.address.allocate(tenant="acme", block=block.id, count=5)
        self.assertEqual(len(set(address.address for address in many)), 5)
        interface = self.driver.interface.get(id="vif")
        self.assertEqual(interface.allocations[0].address, first[0])
        self.assertEqual((interface.mac, interface.allocations[0].cidr), ("02:00:00:00:00:01", "10.0.0.0/24"))

    def test_references_can_be_records_tuples_or_dicts(self):
        block = self.block()
        for make in (lambda a: a, lambda a: (a.block, a.address, a.id), lambda a: {"block": a.block, "address": a.address, "id": a.id}):
            held = self.driver.address.allocate(tenant="acme", block=block.id, hold=60)[0]
            self.assertTrue(held.hold_until > time.time())
            self.driver.address.confirm(refs=[make(held)])
            self.assertEqual(self.driver.address.get(block=block.id, address=held.address).hold_until, 0)

    def test_nested_arguments(self):
        self.block(network="net")
        made = self.driver.interface.replace_all(tenant="acme", device="vm", interfaces=[
            {"id": "a", "networks": [{"network": "net", "addresses": ["10.0.0.9", "10.0.0.10"]}]},
            {"id": "b", "mac": "02:00:00:00:00:0B"},
        ])
        self.assertEqual([(i.id, i.mac, [a.address.address for a in i.allocations]) for i in made],
                         [("a", None, ["10.0.0.9", "10.0.0.10"]), ("b", "02:00:00:00:00:0b", [])])

    def test_nat_and_match(self):
        block, public = self.block(), self.block(cidr="198.51.100.0/24", type="public")
        local = self.driver.address.allocate(tenant="acme", block=block.id)[0]
        other = self.driver.address.allocate(tenant="acme", block=public.id)[0]
        self.driver.nat.add(locals=[local], globals=[other])
        self.assertEqual(list(self.driver.nat.list_globals(block=block.id, address=local.address)), [other])
        matches = list(self.driver.address.find(address=local.address))
        self.assertEqual([(match.block, match.address) for match in matches], [(block, local)])
        self.assertEqual(list(self.driver.address.find(address="10.0.0.200"))[0].address, None)

    def test_reconcile_and_purge(self):
        block = self.block()
        for name in ("a", "b", "c"):
            self.driver.address.allocate(tenant="acme", block=block.id, interface=name)
        token = self.driver.address.snapshot().token
        released = self.driver.address.reconcile(tenant="acme", token=token, living=["b"], grace=0, limit=1)
        self.assertEqual(sorted(address.interface for address in released), ["a", "c"])
        self.assertEqual(self.driver.address.purge(all=True), 2)

    def test_large_numbers(self):
        policy = self.driver.policy.create(tenant="acme", name="p")
        given = self.driver.policy_range.create(policy=policy.id, offset=-2 ** 40, length=2 ** 62)
        self.assertEqual((given.offset, given.length), (-2 ** 40, 2 ** 62))
        big = self.block(cidr="2001:db8::/32")
        self.assertEqual(self.driver.block.usage(id=big.id).total, str(2 ** 96))


class Text(WithDatabase):
    def test_unicode_in_and_str_out(self):
        name = "netz-\u00fc" if sys.version_info[0] > 2 else u"netz-\u00fc".encode("utf-8")
        for given in (name, u"netz-\u00fc"):
            block = self.block(network=given)
            self.assertEqual(block.network, name)
            self.assertTrue(type(block.network) is str)
            self.driver.block.delete(id=block.id)

    def test_what_c_would_not_see_is_refused(self):
        self.raised(ip_driver.Invalid, self.block, network="a\0b")
        self.raised(TypeError, self.block, network=7)
        block = self.block()
        self.raised(ip_driver.Invalid, self.driver.address.allocate, tenant="acme", block=block.id, count=2 ** 32 + 1)
        self.raised(TypeError, self.driver.address.allocate, tenant="acme", block=block.id, count="1")
        self.raised(TypeError, self.driver.address.allocate, tenant="acme", blok=block.id)
        self.raised(TypeError, self.driver.address.get, blok=block.id)
        self.raised(TypeError, self.driver.address.list, blok=block.id)
        self.raised(ip_driver.Invalid, self.block, type="secret")
        self.raised(TypeError, self.driver.network.allocate, network="n", addresses="10.0.0.1")


class Errors(WithDatabase):
    def test_one_class_for_each_status(self):
        block = self.block()
        problem = self.raised(ip_driver.NotInBlock, self.driver.address.allocate, tenant="acme", block=block.id, address="10.9.0.1")
        self.assertEqual((problem.status, problem.retryable), ("not_in_block", False))
        self.assertTrue("10.9.0.1" in problem.message and problem.message == str(problem))
        self.assertTrue(isinstance(problem, ip_driver.Error))
        self.assertTrue(isinstance(errors.of_status(99, "m", True), ip_driver.Internal))
        again = pickle.loads(pickle.dumps(problem))
        self.assertEqual((type(again), again.message, again.retryable), (type(problem), problem.message, False))

    def test_retryable(self):
        self.assertTrue(errors.of_status(11, "busy", True).retryable)

    def test_configuration(self):
        wrong = dict(self.settings, native={"nonsense": "1"})
        self.assertTrue("nonsense" in str(self.raised(ip_driver.Config, ip_driver.Driver, settings=wrong)))
        self.raised(ip_driver.Config, ip_driver.Driver, config=os.path.join(self.folder, "none.conf"))
        self.raised(TypeError, ip_driver.Driver, config="a", settings={})

    def test_library_that_is_not_there(self):
        before = _library._loaded
        had = os.environ.get("IP_DRIVER_LIBRARY")
        os.environ["IP_DRIVER_LIBRARY"] = os.path.join(self.folder, "none.so")
        _library._loaded = None
        try:
            self.assertTrue("none.so" in str(self.raised(ip_driver.Config, _library.get)))
        finally:
            _library._loaded = before
            if had is None:
                del os.environ["IP_DRIVER_LIBRARY"]
            else:
                os.environ["IP_DRIVER_LIBRARY"] = had


class Lists(WithDatabase):
    def test_pages_by_itself(self):
        block = self.block(cidr="10.0.0.0/22")
        self.driver.address.allocate(tenant="acme", block=block.id, count=450)
        listed = list(self.driver.address.list(block=block.id))
        self.assertEqual(len(set(address.address for address in listed)), 450)
        self.assertEqual(len(list(self.driver.address.list(block=block.id, limit=7))), 450)

    def test_one_page_and_going_on_from_a_marker(self):
        block = self.block()
        self.driver.address.allocate(tenant="acme", block=block.id, count=5)
        page = self.driver.address.list_page(block=block.id, limit=2)
        self.assertEqual([address.address for address in page.items], ["10.0.0.1", "10.0.0.2"])
        rest = list(self.driver.address.list(block=block.id, marker=page.next_marker))
        self.assertEqual([address.address for address in rest], ["10.0.0.3", "10.0.0.4", "10.0.0.5"])

    def test_walk_is_lazy_and_can_be_taken_up(self):
        block = self.block()
        self.driver.address.allocate(tenant="acme", block=block.id, count=5)
        pages = self.driver.address.list(block=block.id, limit=2)
        self.assertEqual([next(pages).address, next(pages).address], ["10.0.0.1", "10.0.0.2"])
        rest = self.driver.address.list(block=block.id, marker=pages.next_marker)
        self.assertEqual(len(list(rest)), 3)
        self.assertEqual(len(list(pages)), 3)
        self.assertEqual(list(pages), [])

    def test_flags(self):
        parent = self.block(cidr="10.0.0.0/16")
        self.driver.subnet.create(block=parent.id, prefix_length=24)
        self.assertEqual(len(list(self.driver.block.list())), 2)
        self.assertEqual(list(self.driver.block.list(roots=True)), [self.driver.block.get(id=parent.id)])
        self.assertEqual(len(list(self.driver.block.list(roots=False))), 2)


class Handles(WithDatabase):
    def test_capabilities_and_information(self):
        self.assertTrue(self.driver.supports("hold"))
        self.assertFalse(self.driver.supports("teleport"))
        info = self.driver.info()
        self.assertEqual((info.backend, info.problem), ("native", None))
        self.assertTrue("address.allocate" in info.capabilities)
        self.assertTrue("native" in [backend.backend for backend in ip_driver.backends()])
        self.assertEqual(ip_driver.version().split(".")[0], "1")

    def test_transaction(self):
        with self.driver.transaction() as transaction:
            kept = transaction.block.create(tenant="acme", cidr="10.0.0.0/24", type="private")
        self.assertEqual(self.driver.block.get(id=kept.id), kept)

        def fails():
            with self.driver.transaction() as transaction:
                transaction.block.create(tenant="acme", cidr="10.1.0.0/24", type="private")
                raise KeyError()
        self.raised(KeyError, fails)
        self.assertEqual(len(list(self.driver.block.list())), 1)
        ended = self.driver.transaction()
        ended.rollback()
        self.raised(ValueError, ended.commit)
        self.raised(ValueError, ended.block.list_page)

    def test_closed(self):
        self.driver.close()
        self.driver.close()
        self.raised(ValueError, self.driver.block.list_page)

    def test_threads_at_once(self):
        block = self.block(cidr="10.0.0.0/22")
        got = []

        def work():
            for _ in range(25):
                got.append(self.driver.address.allocate(tenant="acme", block=block.id)[0].address)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(got), len(set(got))), (200, 200))

    def test_another_thread_runs_while_a_call_blocks(self):
        # Another writer waits for the transaction that this thread ends only when it has seen it wait: that needs the GIL.
        transaction = self.driver.transaction()
        waiting = threading.Event()

        def write():
            waiting.set()
            self.block()
        thread = threading.Thread(target=write)
        thread.start()
        waiting.wait()
        transaction.block.create(tenant="acme", cidr="10.1.0.0/24", type="private")
        transaction.commit()
        thread.join()
        self.assertEqual(len(list(self.driver.block.list())), 2)

    def test_child_of_fork_opens_its_own(self):
        block = self.block()
        self.driver.address.allocate(tenant="acme", block=block.id)
        transaction = self.driver.transaction()
        transaction.rollback()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                address = self.driver.address.allocate(tenant="acme", block=block.id)[0].address
                os.write(writing, address.encode("ascii"))
                self.driver.close()
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        self.assertEqual(os.read(reading, 100), b"10.0.0.2")
        os.close(reading)
        self.assertEqual(self.driver.address.allocate(tenant="acme", block=block.id)[0].address, "10.0.0.3")

    def test_results_are_released(self):
        block = self.block(cidr="10.0.0.0/22")
        self.driver.address.allocate(tenant="acme", block=block.id, count=900)

        def resident():
            with open("/proc/self/statm") as statm:
                return int(statm.read().split()[1])
        for _ in range(20):
            self.driver.address.list_page(block=block.id, limit=900)
        gc.collect()
        before = resident()
        for _ in range(100):
            self.driver.address.list_page(block=block.id, limit=900)
        gc.collect()
        # 100 pages of 900 addresses are some 25 MB.
        self.assertTrue((resident() - before) * os.sysconf("SC_PAGESIZE") < 5000000)

    def test_log(self):
        lines = []
        ip_driver.set_log(lambda level, message: lines.append((level, message)), "debug")
        try:
            ip_driver.Driver(settings=self.settings).close()
            self.raised(ip_driver.Invalid, self.block, cidr="nonsense")
        finally:
            ip_driver.set_log(None)
        for level, message in lines:
            self.assertTrue(level in ("error", "warning", "info", "debug") and type(message) is str)
        self.raised(ValueError, ip_driver.set_log, None, "loud")
