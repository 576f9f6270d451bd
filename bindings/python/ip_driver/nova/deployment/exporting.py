"""Writes Nova's rows from what the driver holds: the way back.

fixed_ips gets a row for every address of each network's IPv4 block, as stock Nova has it; floating_ips one for every address that
the blocks of pools give; virtual_interfaces one for each interface with a MAC address that Nova does not know. Rows that are there
already stay, with all that only Nova knows of them; a free one is filled in. A row that says something else than the driver is a
conflict, and then nothing at all is written.

Nova's other tables (networks, instances) must be there. Rows are numbered by the database, network by network and in the order of
the addresses; created_at and updated_at are the time of the export.
"""
import time

from ip_driver.nova import ip_text, mapping
from ip_driver.nova.deployment import compare, holdings, names


class _Undo(Exception):
    """Ends the transaction so that nothing of it remains."""


class Export(object):
    """An export. done: [(number, what)]; conflicts: a line each; both are complete after run()."""

    def __init__(self, source, driver, default_tenant, progress, dry_run=False):
        self.done = []
        self.conflicts = []
        self._source = source
        self._driver = driver
        self._default_tenant = default_tenant
        self._progress = progress
        self._dry_run = dry_run
        self._leases = driver.supports("lease.list")
        # Where a fixed address of the driver is in Nova: {(block, address): (number of the network, address)}.
        self._places = {}

    def run(self):
        """Does it. All is written in one transaction, which a dry run and a conflict undo."""
        self._now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        try:
            with self._source.transaction():
                self._instance = self._source.instance_column()
                self._rows = self._source.read()
                self._instances = dict(("%d" % row["id"], row) for row in self._rows.instances)
                self._instances.update((row["uuid"], row) for row in self._rows.instances if row["uuid"])
                self._read_blocks()
                self._write_interfaces()
                self._write_fixed()
                self._write_floating()
                self._progress.clear()
                if self.conflicts or self._dry_run:
                    raise _Undo()
        except _Undo:
            pass

    def _conflict(self, text, *values):
        self.conflicts.append(text % values)

    def _insert(self, table, what, rows):
        """Inserts rows and reads the table again: they have numbers then."""
        # False, 0, or what else a living row of this release has.
        living = [row["deleted"] for row in self._rows.networks[:1]] or [0]
        self._source.insert(table, [dict(row, created_at=self._now, deleted=living[0]) for row in rows])
        if rows:
            self.done.append((len(rows), what))

    def _update(self, table, what, rows):
        self._source.update(table, [dict(row, updated_at=self._now) for row in rows])
        if rows:
            self.done.append((len(rows), what))

    def _again(self):
        """Reads Nova's rows as they are by now."""
        self._rows = self._source.read()

    def _read_blocks(self):
        """[(row of a network, Block)]: its IPv4 blocks. Nova computes IPv6 addresses from MAC addresses and has no rows of
        them."""
        self._blocks = []
        for i, network in enumerate(self._rows.networks):
            self._progress.say("network", i, len(self._rows.networks))
            if not network["uuid"]:
                self._conflict("network %s: it has no uuid", network["id"])
                continue
            tenant = mapping.network_tenant(network, self._default_tenant)
            self._blocks.extend((network, block) for block in holdings.of_network(
                self._driver, network["uuid"], tenant, self._default_tenant)
                                if block.record.version == 4)

    # Virtual interfaces

    def _write_interfaces(self):
        known = frozenset(names.name_of_vif(vif) for vif in self._rows.virtual_interfaces)
        macs = frozenset(vif["address"] for vif in self._rows.virtual_interfaces)
        interfaces, rows = holdings.Interfaces(self._driver), {}
        for network, block in self._blocks:
            for held in block.addresses.values():
                instance = self._instances.get(held.used_by_device)
                if held.state != "allocated" or instance is None or names.read(held.interface, known).allocated is not None:
                    continue
                interface = interfaces.get(held.used_by_tenant, held.interface)
                if interface is None or not interface.mac:
                    continue
                if interface.mac in macs:
                    self._conflict("interface %s: Nova has its MAC address %s for another", interface.id, interface.mac)
                    continue
                rows[interface.id] = {"uuid": interface.id, "address": interface.mac, "network_id": network["id"],
                                      self._instance: self._number(instance)}
        rows = [rows[id_] for id_ in sorted(rows)]
        self._insert("virtual_interfaces", "virtual interfaces", rows)
        self._again()
        self._vifs = dict((names.name_of_vif(vif), vif) for vif in self._rows.virtual_interfaces)
        self._vifs_of = {}
        for vif in self._rows.virtual_interfaces:
            self._vifs_of.setdefault((vif[self._instance], vif["network_id"]), vif)

    def _number(self, instance):
        """How a row of this release names an instance."""
        return instance["id" if self._instance == "instance_id" else "uuid"]

    # Fixed IPs

    def _write_fixed(self):
        self._fixed = dict(((row["network_id"], row["address"]), row) for row in self._rows.fixed_ips)
        inserts, updates = [], []
        for i, (network, block) in enumerate(self._blocks):
            self._progress.say("block", i, len(self._blocks))
            self._plan_block(network, block, inserts, updates)
        self._insert("fixed_ips", "fixed IPs", inserts)
        self._update("fixed_ips", "changed fixed IPs", updates)
        self._again()

    def _plan_block(self, network, block, inserts, updates):
        excluded = set()
        for start, end in block.excluded():
            excluded.update(range(start, end + 1))
        first, last = ip_text.bounds(block.record.cidr)
        if block.policy is None:
            # What the driver never gives has no policy; in Nova it is reserved.
            excluded.update((first, last))
            if block.record.gateway is not None:
                excluded.add(ip_text.to_int(block.record.gateway))
        for number in range(first, last + 1):
            address = ip_text.of_int(number, 4)
            held, user = block.addresses.get(address), self._nobody()
            if held is not None and held.state == "allocated":
                user = self._user(network, block, held)
                self._places[block.record.id, address] = (network["id"], address)
            if user is not None:
                self._plan_fixed(network, address, number in excluded, user, inserts, updates)

    def _nobody(self):
        return {"virtual_interface_id": None, self._instance: None, "allocated": False, "leased": False, "host": None}

    def _plan_fixed(self, network, address, reserved, user, inserts, updates):
        """Inserts the row of an address, fills in a free one, or leaves one that says the same."""
        row, used = self._fixed.get((network["id"], address)), _is_used(user, self._instance)
        if row is None:
            inserts.append(dict(user, address=address, network_id=network["id"], reserved=reserved,
                                updated_at=self._now if used else None))
        elif bool(row["reserved"]) != reserved:
            self._conflict("fixed IP %s: its row says reserved=%d, the driver reserved=%d", address, bool(row["reserved"]),
                           reserved)
        elif not _is_used(row, self._instance):
            if used:
                updates.append(dict(user, id=row["id"]))
        elif not used:
            self._conflict("fixed IP %s: its row is in use, in the driver it is free", address)
        elif (row[self._instance], row["host"]) != (user[self._instance], user["host"]):
            self._conflict("fixed IP %s: its row is of %s, in the driver it is of %s", address, self._name(row),
                           self._name(user))

    def _name(self, row):
        if row["host"] is not None:
            return "host %s" % row["host"]
        return "nobody" if row[self._instance] is None else "instance %s" % row[self._instance]

    def _user(self, network, block, held):
        """What a row says of who uses an address; None, and a conflict, if Nova does not know him."""
        if held.hold_until:
            self._conflict("fixed IP %s: it is held in the driver, not yet confirmed", held.address)
            return None
        user, device, instance = self._nobody(), held.used_by_device, None
        if device is not None and device.startswith(mapping.HOST_PREFIX):
            user["host"] = device[len(mapping.HOST_PREFIX):]
        elif device is not None:
            instance = self._instances.get(device)
            # A row may well outlive its instance's.
            user[self._instance] = self._number(instance) if instance else _number_of(device, self._instance)
            if user[self._instance] is None:
                self._conflict("fixed IP %s: its instance %s is not among Nova's", held.address, device)
                return None
        meaning = names.read(held.interface, self._vifs)
        vif = self._vifs.get(meaning.vif)
        if meaning.allocated is None and instance is not None and not instance["deleted"]:
            # As Nova finds the VIF of an instance on a network.
            vif = self._vifs_of.get((user[self._instance], network["id"]))
        user["allocated"] = vif is not None if meaning.allocated is None else meaning.allocated
        if vif is not None:
            user["virtual_interface_id"] = vif["id"]
        elif meaning.vif is not None:
            user["virtual_interface_id"] = names.number_of(meaning.vif)
            if user["virtual_interface_id"] is None:
                self._conflict("fixed IP %s: its VIF %s is not among Nova's", held.address, meaning.vif)
                return None
        user["leased"] = held.address in block.leased
        if not user["leased"] and user["host"] is None and (not self._leases or meaning.allocated is None):
            # Nobody told the driver. What Nova takes to be leased it does not give away too early.
            user["leased"] = bool(network["dhcp_start"])
        return user

    # Floating IPs

    def _write_floating(self):
        fixed = dict(((row["network_id"], row["address"]), row) for row in self._rows.fixed_ips)
        known = dict((row["address"], row) for row in self._rows.floating_ips)
        inserts, updates = [], []
        blocks = [block for block in self._driver.block.list(
            tenant=holdings.scope(self._driver, self._default_tenant), type="public", roots=True, limit=holdings.PAGE)
            if (block.network or "").startswith(mapping.POOL_PREFIX)]
        for i, record in enumerate(blocks):
            self._progress.say("block of floating IPs", i, len(blocks))
            block = holdings.Block(self._driver, record)
            for number in sorted(block.gives()):
                self._plan_floating(block, ip_text.of_int(number, record.version), fixed, known, inserts, updates)
        self._insert("floating_ips", "floating IPs", inserts)
        self._update("floating_ips", "changed floating IPs", updates)

    def _plan_floating(self, block, address, fixed, known, inserts, updates):
        held = block.addresses.get(address)
        user = {"project_id": None, "fixed_ip_id": None, "host": None, "auto_assigned": False}
        if held is not None and held.state == "allocated":
            if held.hold_until:
                self._conflict("floating IP %s: it is held in the driver, not yet confirmed", address)
                return
            user.update(project_id=held.used_by_tenant, auto_assigned=compare.is_auto_assigned(held))
            if not self._associate(block, address, fixed, user):
                return
        row = known.get(address)
        if row is None:
            inserts.append(dict(user, address=address, pool=block.record.network[len(mapping.POOL_PREFIX):] or None,
                                interface=compare.interface_of(block.policy),
                                updated_at=self._now if user["project_id"] else None))
        elif row["project_id"] is None and row["fixed_ip_id"] is None:
            if user["project_id"] is not None:
                updates.append(dict(user, id=row["id"]))
        elif (row["project_id"], row["fixed_ip_id"]) != (user["project_id"], user["fixed_ip_id"]):
            self._conflict("floating IP %s: its row is of project %s and fixed IP %s, in the driver it is of %s and %s", address,
                           row["project_id"], row["fixed_ip_id"], user["project_id"], user["fixed_ip_id"])

    def _associate(self, block, address, fixed, user):
        """Fills in the fixed IP and the host that forwards to it; False, and a conflict, if Nova cannot say so."""
        found = holdings.locals_of(self._driver, block.record, address)
        if not found:
            return True
        row = fixed.get(self._places.get((found[0].block, found[0].address)))
        if len(found) > 1 or row is None:
            self._conflict("floating IP %s: Nova has no row for its association with %s", address,
                           ", ".join(item.address for item in found))
            return False
        network = [item for item in self._rows.networks if item["id"] == row["network_id"]][0]
        instance = self._instances.get("%s" % row[self._instance])
        user["fixed_ip_id"] = row["id"]
        user["host"] = network["host"] if not network["multi_host"] else instance and instance["host"]
        return True


def _is_used(row, instance):
    return bool(row["allocated"] or row["leased"]) or row[instance] is not None or row["host"] is not None


def _number_of(device, instance):
    """A device as a row names an instance that has no row itself; None if it cannot."""
    if instance == "instance_uuid":
        return device
    return int(device) if device.isdigit() else None
