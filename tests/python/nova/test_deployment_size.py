"""There, on to Melange and back with 10,000 fixed IPs in use, made to the tables of Nova Essex. Slow: only where IP_DRIVER_SLOW is set."""
import os
import sqlite3
import time
import unittest

from deployment_support import CLI, SERVER, WithDeployment
from standin import early_db

NETWORKS = 2
USED = 5000
FLOATING = 254


@unittest.skipUnless(os.environ.get("IP_DRIVER_SLOW"), "IP_DRIVER_SLOW is not set: nothing at 10,000 addresses in use")
class TestSize(WithDeployment):
    def setUp(self):
        super(TestSize, self).setUp()
        self.nova = os.path.join(self.folder, "large.sqlite")
        early_db.create("2012.1", self.nova)
        database = sqlite3.connect(self.nova)
        try:
            for number in range(1, NETWORKS + 1):
                self._fill(database, number)
            database.commit()
        finally:
            database.close()

    def _fill(self, database, number):
        """A /19 of which USED addresses are used, every tenth only leased any more."""
        now = "2012-05-01 00:00:00"
        database.execute("INSERT INTO networks (id, uuid, label, cidr, gateway, dhcp_start, host, multi_host, deleted, created_at) "
                         "VALUES (?, ?, ?, ?, ?, ?, 'net1', 0, 0, ?)", (
                             number, "network-%d" % number, "n%d" % number, "10.%d.0.0/19" % number, "10.%d.0.1" % number,
                             "10.%d.0.2" % number, now))
        instances, vifs, fixed = [], [], []
        for offset in range(8192):
            row = (number - 1) * 8192 + offset + 1
            used = 2 <= offset < USED + 2
            allocated = used and offset % 10 > 0
            if used:
                instances.append((row, "instance-%d" % row, "p%d" % (row % 50), "c%d" % (row % 9), "vm%d" % row, now))
            if allocated:
                vifs.append((row, "vif-%d" % row, "02:00:00:%02x:%02x:%02x" % (number, offset >> 8, offset & 255), number, row, now))
            fixed.append((row, "10.%d.%d.%d" % (number, offset >> 8, offset & 255), row if allocated else None, number,
                          row if used else None, int(allocated), int(used), int(offset in (0, 1, 8191)), now))
        database.executemany("INSERT INTO instances (id, uuid, project_id, host, hostname, deleted, created_at) "
                             "VALUES (?, ?, ?, ?, ?, 0, ?)", instances)
        database.executemany("INSERT INTO virtual_interfaces (id, uuid, address, network_id, instance_id, deleted, created_at) "
                             "VALUES (?, ?, ?, ?, ?, 0, ?)", vifs)
        database.executemany("INSERT INTO fixed_ips (id, address, virtual_interface_id, network_id, instance_id, allocated, leased, "
                             "reserved, deleted, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", fixed)
        database.executemany("INSERT INTO floating_ips (address, pool, interface, project_id, fixed_ip_id, host, auto_assigned, "
                             "deleted, created_at) VALUES (?, ?, 'eth9', ?, ?, ?, 0, 0, ?)", [
                                 ("198.51.%d.%d" % (number, last), "pool%d" % number, "p1" if last % 2 else None,
                                  (number - 1) * 8192 + last + 2 if last % 2 else None, "net1" if last % 2 else None, now)
                                 for last in range(1, FLOATING + 1)])

    def _timed(self, *arguments, **given):
        began = time.time()
        said = self.succeed(*arguments, **given)
        print("%s of 10,000 addresses in use: %.1f s" % (arguments[0], time.time() - began))
        return said

    def test_there_and_back(self):
        self.assertRegex(self._timed("import"), "10000 fixed IPs were made$")
        self.assertRegex(self._timed("verify"), "^Nova and ip_driver agree: .* 10000 fixed IPs in use, 10000 leased")
        self.assertEqual(self._timed("import"), "nothing to do")
        if not SERVER or not CLI:
            self.skipTest("IP_DRIVER_MELANGE_SERVER and IP_DRIVER_CLI name no programs")
        melange = self.another("melange")
        self.cli("migrate", "--from", self.backend.path, "--to", melange.path)
        empty = self.empty(self.nova)
        self._timed("export", nova=empty, backend=melange)
        self.assertSame(self.contents(empty), self.contents(self.nova))

    def test_straight_to_melange(self):
        melange = self.another("melange")
        self._timed("import", backend=melange)
        self.assertRegex(self._timed("verify", backend=melange), "^Nova and ip_driver agree")


if __name__ == "__main__":
    unittest.main()
