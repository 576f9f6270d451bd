"""A deployment that was imported runs on the managers of ip_driver: verify agrees with what they do, and an export brings it back.
With the stand-ins for Nova 2012.1 and 2013.2."""
import os
import shutil
import sqlite3

from deployment_support import run
from early_support import variants


class Live(object):
    def succeed(self, command, *options, **given):
        status, lines, errors = run(command, self.served.path, given.get("nova", self.path), options)
        self.assertEqual(status, 0, "\n".join(lines) + errors)
        return lines[-1]

    def used(self, path):
        """{address: (instance, VIF, allocated, reserved, host)} of the rows that somebody uses."""
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute("SELECT address, %s, virtual_interface_id, allocated, reserved, host FROM fixed_ips" %
                                      self.column).fetchall()
        finally:
            connection.close()
        return dict((row[0], row[1:3] + (bool(row[3]), bool(row[4]), row[5])) for row in rows if row[1] is not None or row[5])

    def launch(self, network, mac):
        """What Nova's manager does for an instance: a VIF, an address, and the row filled in."""
        instance = self.instance()
        vif = self.vif(instance, network, mac)
        address = self.api.fixed_ip_associate_pool(self.admin, network["id"], instance)
        self.api.fixed_ip_update(self.context, address, {"allocated": True, "virtual_interface_id": vif["id"]})
        return address, vif

    def test_imported_and_then_run(self):
        network = self.db.network_create_safe(self.admin, {
            "uuid": "net", "label": "n", "cidr": "10.0.0.0/28", "gateway": "10.0.0.1", "dhcp_start": "10.0.0.2", "host": "h",
            "multi_host": False})
        # As stock Nova has it: a row for each address.
        self.db.fixed_ip_bulk_create(self.admin, [
            {"network_id": network["id"], "address": "10.0.0.%d" % last, "reserved": last in (0, 1, 2, 15)} for last in range(16)])
        vpn, first = self.instance(), self.instance()
        self.db.fixed_ip_associate(self.admin, "10.0.0.2", vpn, network["id"], reserved=True)
        self.db.fixed_ip_associate(self.admin, "10.0.0.3", first, network["id"])
        vif = self.vif(first, network, "02:00:00:00:00:03")
        self.db.fixed_ip_update(self.context, "10.0.0.3", {"allocated": True, "leased": True, "virtual_interface_id": vif["id"]})
        self.succeed("import", "--verify")
        # And now on ip_driver.
        second, _ = self.launch(network, "02:00:00:00:00:04")
        third, going = self.launch(network, "02:00:00:00:00:05")
        self.assertEqual(sorted([second, third]), ["10.0.0.4", "10.0.0.5"])
        self.assertEqual(self.api.fixed_ip_associate_pool(self.admin, network["id"], host="compute1"), "10.0.0.6")
        self.succeed("verify", "--live")
        self.assertEqual(self.succeed("import"), "nothing to do")
        # An instance ends: its address waits for its release, then it is free.
        self.api.fixed_ip_update(self.context, third, {"allocated": False, "virtual_interface_id": None})
        self.succeed("verify", "--live")
        self.api.fixed_ip_disassociate(self.context, third)
        self.api.fixed_ip_update(self.context, "10.0.0.3", {"allocated": False, "leased": False, "virtual_interface_id": None})
        self.api.fixed_ip_disassociate(self.context, "10.0.0.3")
        # A reserved address is Nova's affair.
        self.api.fixed_ip_disassociate(self.context, "10.0.0.2")
        self.succeed("verify", "--live")
        empty = os.path.join(self.folder, "back.sqlite")
        shutil.copyfile(self.path, empty)
        connection = sqlite3.connect(empty)
        connection.execute("DELETE FROM fixed_ips")
        connection.commit()
        connection.close()
        self.succeed("export", nova=empty)
        # The reserved one is still the driver's, which was not told.
        expected = dict(self.used(self.path))
        found = self.used(empty)
        found.pop("10.0.0.2")
        self.assertEqual(found, expected)
        # Into Nova's own rows: those that nobody uses come again.
        self.succeed("export")


variants(Live, globals(), ("2012.1", "2013.2"))
