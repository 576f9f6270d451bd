"""Four processes at once, each with its own Nova, on one database of Nova's and one of ip_driver's.

Run with arguments, this is one of the processes: python test_concurrency.py WORK RELEASE NOVA_DATABASE CONFIGURATION
NETWORK INSTANCES.
"""
import json
import os
import subprocess
import sys
import unittest

from early_support import variants
from standin import early

PROCESSES = 4
ALLOCATIONS = 100


def come(nova, api, network_id, instances):
    """An address for each instance."""
    context = nova["nova.context"].get_admin_context()
    return [api.fixed_ip_associate_pool(context, network_id, instance) for instance in instances]


def come_and_go(nova, api, network_id, instances):
    """How many addresses it has had, each for a while."""
    from ip_driver.nova import fixed_ips
    context = nova["nova.context"].get_admin_context()
    mine, count = [], 0
    for turn in range(30):
        if turn % 3 < 2:
            try:
                mine.append(api.fixed_ip_associate_pool(context, network_id, instances[0]))
                count += 1
            except nova["nova.exception"].NoMoreFixedIps:
                pass
        elif mine:
            api.fixed_ip_disassociate(context, mine.pop(0))
        if turn % 10 == 5:
            fixed_ips.release_free(context)
            fixed_ips.reconcile_network(context, network_id)
        for address in mine:
            # Nobody has taken it away, and nobody else has it.
            (row,) = nova["database"].rows("fixed_ips", "address = :address", address=address)
            assert row["instance_id"] == instances[0], (address, row)
    for address in mine:
        api.fixed_ip_disassociate(context, address)
    return count


def work(name, release, path, config, network_id, instances):
    nova = early.install(release, path)
    from ip_driver.nova import db_api, options
    options.conf().set_override("ip_driver_config", config)
    print(json.dumps(globals()[name](nova, db_api, int(network_id), json.loads(instances))))


class Concurrency(object):
    def processes(self, name, network, instances):
        """What each of the processes printed."""
        running = [subprocess.Popen(
            [sys.executable, "-W", "ignore", os.path.abspath(__file__), name, self.release, self.path, self.served.path,
             "%d" % network["id"], json.dumps(some)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for some in instances]
        found = []
        for process in running:
            said, problem = process.communicate()
            self.assertEqual(process.returncode, 0, problem.decode("utf-8", "replace"))
            found.append(json.loads(said.decode("ascii")))
        return found

    def test_addresses_are_distinct(self):
        net = self.network(cidr="10.0.0.0/16")
        instances = [[self.instance() for _ in range(ALLOCATIONS)] for _ in range(PROCESSES)]
        given = sum(self.processes("come", net, instances), [])
        self.assertEqual(len(given), PROCESSES * ALLOCATIONS)
        self.assertEqual(len(set(given)), PROCESSES * ALLOCATIONS)
        self.assertEqual(sorted(self.check(net)), sorted(given))

    def test_few_addresses_that_come_and_go(self):
        """Fewer than are wanted, with reconciling and time-outs in between."""
        net = self.network(cidr="10.0.0.0/29")
        counts = self.processes("come_and_go", net, [[self.instance()] for _ in range(PROCESSES)])
        self.assertGreater(sum(counts), PROCESSES)
        self.assertEqual((self.check(net), self.rows()), ({}, {}))


variants(Concurrency, globals(), early.RELEASES[:1], ("native", "melange"))

if __name__ == "__main__":
    if len(sys.argv) == 7:
        work(*sys.argv[1:])
    else:
        unittest.main()
