"""What Nova's rows say, in the driver's words (mapping.py): what an import makes, and what verify expects.

What the driver has no word for, and what contradicts itself, is a problem: it is named and left out.
"""
import collections

from ip_driver.nova import ip_text, mapping
from ip_driver.nova.deployment import names, spans

# A fixed IP in use. devices: the instance by uuid and by number, or the host; the first is what an import writes.
Fixed = collections.namedtuple("Fixed", "address interface devices mac tenant leased is_instances")

# A floating IP of a project. fixed: (network's uuid, address) of what it is associated with; None: with nothing.
Floating = collections.namedtuple("Floating", "address tenant auto_assigned fixed")

# The request key of a floating IP that Nova gave an instance by itself, and takes back with it.
AUTO_ASSIGNED = "auto_assigned:"


class Network(object):
    """A network: row, uuid, tenant, blocks {version: arguments of block.create}, reserved [address], fixed {address: Fixed}.

    numbers: of all addresses that have a row. free: how many of these rows nobody uses.
    """

    def __init__(self, row, default_tenant):
        self.row = row
        self.uuid = row["uuid"]
        self.tenant = mapping.network_tenant(row, default_tenant)
        self.label = "network %s (%s)" % (row["label"], row["uuid"])
        self.blocks = {}
        for version in (4, 6):
            arguments = mapping.block_arguments(row, self.tenant, version)
            if arguments is not None:
                self.blocks[version] = arguments
        self.default_tenant = default_tenant
        self.reserved = []
        self.fixed = {}
        self.numbers = set()
        self.free = 0

    def is_listed(self):
        """Whether Nova has a row for each address that it may give, which may be a part of the CIDR with a few holes. Not so once
        it runs on ip_driver: nearly all rows that nobody uses are gone then."""
        holes = max(self.numbers) - min(self.numbers) + 1 - len(self.numbers) if self.numbers else 0
        return self.free >= max(holes, 1)

    def excluded(self):
        """The spans of the IPv4 addresses that must not be given: the reserved ones, and those without a row."""
        cidr = self.blocks[4]["cidr"]
        first = ip_text.bounds(cidr)[0]
        ranges = mapping.reserved_ranges(cidr, self.reserved)
        if self.is_listed():
            ranges.extend(ip_text.gaps(cidr, self.numbers))
        return spans.merged((first + offset, first + offset + length - 1) for offset, length in ranges)


class Pool(object):
    """A pool of floating IPs, or that part of one whose rows name the same interface."""

    def __init__(self, name, interface, tenant):
        self.name = name
        self.interface = interface
        self.network = mapping.pool_network(name or "")
        self.tenant = tenant
        self.label = "pool %s" % name
        self.addresses = []
        self.floating = {}


class Wanted(object):
    """All of it: networks, pools, and problems, a line of text each."""

    def __init__(self, rows, default_tenant):
        self.networks = []
        self.pools = []
        self.problems = []
        # What survives no round trip, though an import is complete without it: the export derives it.
        self.notes = []
        self._default_tenant = default_tenant
        self._rows = rows
        self._by_number = {}
        self._vifs = dict((vif["id"], vif) for vif in rows.virtual_interfaces)
        self._instances = dict((row["id"], row) for row in rows.instances)
        self._instances.update((row["uuid"], row) for row in rows.instances if row["uuid"])
        self._networks()
        self._fixed()
        self._floating()

    def counts(self):
        """What there is, as (number, what) for a person."""
        fixed = [item for network in self.networks for item in network.fixed.values()]
        floating = [item for pool in self.pools for item in pool.floating.values()]
        return [
            (len(self.networks), "networks"),
            (sum(len(network.blocks) for network in self.networks), "blocks of networks"),
            (sum(len(network.reserved) for network in self.networks), "reserved addresses"),
            (len(fixed), "fixed IPs in use"),
            (len([item for item in fixed if item.leased]), "leased"),
            (len([item for item in fixed if item.devices and item.devices[0].startswith(mapping.HOST_PREFIX)]), "of hosts"),
            (len(set(pool.network for pool in self.pools)), "pools of floating IPs"),
            (sum(len(pool.addresses) for pool in self.pools), "floating IPs"),
            (len(floating), "floating IPs of projects"),
            (len([item for item in floating if item.fixed]), "associated"),
        ]

    def _problem(self, text, *values):
        self.problems.append(text % values)

    def _networks(self):
        for row in self._rows.networks:
            if not row["uuid"]:
                self._problem("network %s: it has no uuid", row["id"])
                continue
            try:
                network = Network(row, self._default_tenant)
                for arguments in network.blocks.values():
                    ip_text.bounds(arguments["cidr"])
            except (ValueError, TypeError, EnvironmentError):
                self._problem("network %s: its CIDR %s or %s is none", row["id"], row["cidr"], row["cidr_v6"])
                continue
            self.networks.append(network)
            self._by_number[row["id"]] = network

    def _address(self, table, row):
        """The address of a row in canonical form; None, and a problem, if it has none."""
        try:
            return ip_text.canonical(row["address"])
        except (ValueError, TypeError, EnvironmentError):
            self._problem("%s %s: %s is no address", table, row["id"], row["address"])
            return None

    def _fixed(self):
        self._fixed_rows = {}
        for row in self._rows.fixed_ips:
            instance = row.get("instance_uuid", row.get("instance_id"))
            used = row["allocated"] or row["leased"] or instance is not None or row["host"] is not None
            network = self._by_number.get(row["network_id"])
            if network is None and not used:
                continue
            address = self._address("fixed IP", row)
            if address is None:
                continue
            if network is None:
                self._problem("fixed IP %s: its network %s does not exist", address, row["network_id"])
                continue
            block = network.blocks.get(ip_text.version(address))
            if block is None or not ip_text.contains(block["cidr"], address):
                self._problem("fixed IP %s: it is not in %s", address, network.label)
                continue
            network.numbers.add(ip_text.to_int(address))
            if row["reserved"]:
                network.reserved.append(address)
            elif not used:
                network.free += 1
            if used:
                self._use(network, row, address, instance)

    def _use(self, network, row, address, instance):
        if address in network.fixed:
            self._problem("fixed IP %s: %s has it twice in use", address, network.label)
            return
        if instance is not None and row["host"] is not None:
            self._problem("fixed IP %s: both instance %s and host %s hold it", address, instance, row["host"])
            return
        tenant, devices = network.tenant, ()
        if instance is not None:
            known = self._instances.get(instance)
            devices = (mapping.instance_device(instance),)
            if known is None:
                self.notes.append("fixed IP %s: its instance %s does not exist" % (address, instance))
            else:
                tenant = known["project_id"] or tenant
                devices = (known["uuid"] or "%d" % known["id"], "%d" % known["id"])
        elif row["host"] is not None:
            devices = (mapping.host_device(row["host"]),)
        allocated, number, mac, vif = bool(row["allocated"]), row["virtual_interface_id"], None, None
        if number is not None:
            known = self._vifs.get(number)
            vif = names.name_of_vif(known) if known else names.numbered_vif(number)
            mac = known["address"] if known and allocated else None
        interface = names.of_row(allocated, vif, row["host"] is not None, network.uuid, address)
        if not devices and not allocated and vif is None:
            # Only its lease is left.
            interface = None
        fixed = Fixed(address, interface, devices, mac and mac.lower(), tenant, bool(row["leased"]),
                      instance in self._instances)
        network.fixed[address] = fixed
        self._fixed_rows[row["id"]] = (network, fixed, row)

    def _floating(self):
        parts, seen = {}, set()
        for row in self._rows.floating_ips:
            address = self._address("floating IP", row)
            if address is None:
                continue
            if address in seen:
                self._problem("floating IP %s: there are two rows of it", address)
                continue
            seen.add(address)
            key = (row["pool"], row.get("interface"))
            pool = parts.get(key)
            if pool is None:
                pool = parts[key] = Pool(key[0], key[1], self._default_tenant)
                self.pools.append(pool)
            pool.addresses.append(address)
            self._give(pool, row, address)

    def _give(self, pool, row, address):
        fixed = None
        if row["fixed_ip_id"] is not None:
            if row["fixed_ip_id"] not in self._fixed_rows:
                self._problem("floating IP %s: fixed IP %s, with which it is associated, is not in use", address,
                              row["fixed_ip_id"])
                return
            network, item, _ = self._fixed_rows[row["fixed_ip_id"]]
            fixed = (network.uuid, item.address)
        if row["project_id"] is None:
            if fixed is not None:
                self._problem("floating IP %s: it is associated with %s, but no project has it", address, fixed[1])
            return
        pool.floating[address] = Floating(address, row["project_id"], bool(row["auto_assigned"]), fixed)
        host = self.host_of(row["fixed_ip_id"])
        if row["host"] != host:
            self.notes.append("floating IP %s: its host is %s; an export writes %s, which serves the fixed IP" % (
                address, row["host"], host))

    def host_of(self, fixed_ip):
        """The host that forwards to a fixed IP, by its row's number, as Nova finds it: the instance's, or the network's."""
        if fixed_ip is None:
            return None
        network, _, row = self._fixed_rows[fixed_ip]
        if not network.row["multi_host"]:
            return network.row["host"]
        instance = self._instances.get(row.get("instance_uuid", row.get("instance_id")))
        return instance["host"] if instance else None
