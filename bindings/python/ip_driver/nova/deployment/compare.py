"""The differences between what Nova's rows say (wanted.py) and what the driver holds (holdings.py).

Of a network and of a pool: `missing`, what the driver has not (an import makes it), `conflicts`, what it has otherwise (an import
leaves it), `surplus`, what only the driver has. Together they are what verify prints: Nova and the driver agree if there is none.
"""
import collections

from ip_driver.nova import ip_text
from ip_driver.nova.deployment import holdings, names, spans, wanted

# Something that the driver has not. kind: what kind of thing; text: for a person; item: what an import needs to make it.
Missing = collections.namedtuple("Missing", "kind text item")


class Comparison(object):
    """What Nova's rows and the driver have not in common, in one network or pool."""

    def __init__(self, label):
        self.label = label
        self.missing = []
        self.conflicts = []
        self.surplus = []
        self.blocks = []

    def of_kind(self, kind):
        """The items that are missing, of one kind."""
        return [missing.item for missing in self.missing if missing.kind == kind]

    def lines(self):
        """All differences, a line each."""
        texts = [missing.text + " is not in the driver" for missing in self.missing]
        return ["%s: %s" % (self.label, text) for text in texts + self.conflicts + self.surplus]

    def _miss(self, kind, item, text, *values):
        self.missing.append(Missing(kind, text % values, item))

    def _conflict(self, text, *values):
        self.conflicts.append(text % values)

    def _differs(self, what, field, nova, driver):
        self._conflict("%s: %s: Nova has %s, the driver %s", what, field, nova or "none", driver or "none")


class NetworkComparison(Comparison):
    """Of a network. blocks: {version: holdings.Block} that the driver has of it.

    missing: "block" (version), "part" (version, field of the block, value), "reserved" (first, last), "address" (Fixed),
    "lease" (Fixed).
    """

    def __init__(self, driver, network, interfaces, vifs, live):
        Comparison.__init__(self, network.label)
        self.network = network
        self._reserved = frozenset(network.reserved)
        # Of a live network, what its manager does not tell the driver is left out.
        self._live = live
        self._leases = not live and driver.supports("lease.grant") and driver.supports("lease.list")
        self._interfaces = interfaces
        self._vifs = vifs
        self.blocks = {}
        for block in holdings.of_network(driver, network.uuid, network.tenant, network.default_tenant):
            self._take(block)
        for version in sorted(network.blocks):
            if version in self.blocks:
                self._compare_block(self.blocks[version], network.blocks[version])
            else:
                self._miss("block", version, "block %s", network.blocks[version]["cidr"])
        self._compare_reserved()
        for number in sorted(network.fixed, key=ip_text.to_int):
            self._compare_fixed(network.fixed[number])

    def _take(self, block):
        record = block.record
        arguments = self.network.blocks.get(record.version)
        if arguments is None or ip_text.bounds(record.cidr) != ip_text.bounds(arguments["cidr"]) or \
                record.version in self.blocks:
            self.surplus.append("block %s is not in Nova" % record.cidr)
            return
        self.blocks[record.version] = block
        if record.version == 4:
            for address in sorted(block.addresses, key=ip_text.to_int):
                if block.addresses[address].state == "allocated" and address not in self.network.fixed and \
                        not (self._live and address in self._reserved):
                    self.surplus.append("address %s is in use in the driver, not in Nova" % address)

    def _compare_block(self, block, arguments):
        record = block.record
        what = "block %s" % record.cidr
        if record.tenant not in (arguments["tenant"], self.network.default_tenant):
            self._differs(what, "tenant", arguments["tenant"], record.tenant)
        if record.type != arguments["type"]:
            self._differs(what, "type", arguments["type"], record.type)
        for field in ("gateway", "dns1", "dns2"):
            nova, driver = arguments[field] and ip_text.canonical(arguments[field]), getattr(record, field)
            if nova == driver:
                continue
            if driver is None:
                self._miss("part", (record.version, field, nova), "%s %s of %s", field, nova, what)
            elif nova is not None or field == "gateway":
                # Without a name server of its own, a block has the one of the driver's configuration.
                self._differs(what, field, nova, driver)

    def _compare_reserved(self):
        block = self.blocks.get(4)
        if block is None:
            return
        nova, driver = self.network.excluded(), block.excluded()
        for first, last in spans.minus(nova, driver):
            self._miss("reserved", (first, last), "the reservation of %s", _text(first, last))
        # What has no row may be excluded for a reason of its own: a manager was told to give no addresses of it.
        surplus = spans.minus(driver, nova)
        listed = [number for number in self.network.numbers if spans.contain(surplus, number)]
        for first, count in ip_text.runs(listed):
            self.surplus.append("%s: excluded by the driver's policy, not reserved in Nova" % _text(first, first + count - 1))

    def _compare_fixed(self, fixed):
        block = self.blocks.get(ip_text.version(fixed.address))
        address = block.addresses.get(fixed.address) if block else None
        what = "address %s" % fixed.address
        if address is None:
            if not (self._live and fixed.address in self._reserved):
                self._miss("address", fixed, "%s", what)
            return
        if address.state != "allocated":
            self._conflict("%s: Nova has it in use; in the driver it rests since it was released", what)
            return
        if address.hold_until:
            self._conflict("%s: Nova has it in use; in the driver it is held, not yet confirmed", what)
            return
        # What is no instance's belongs to the tenant that the network had then.
        owners = (fixed.tenant,) if fixed.is_instances else (fixed.tenant, block.record.tenant)
        if address.used_by_tenant not in owners:
            self._differs(what, "tenant", fixed.tenant, address.used_by_tenant)
        if address.used_by_device not in (fixed.devices or (None,)):
            self._differs(what, "device", fixed.devices and fixed.devices[0], address.used_by_device)
        if address.interface != fixed.interface and self._is_told_less(address.interface, fixed.interface):
            return
        if address.interface != fixed.interface:
            self._differs(what, "interface", fixed.interface, address.interface)
            return
        interface = self._interfaces.get(address.used_by_tenant, address.interface) if address.interface else None
        mac = interface.mac if interface else None
        if mac != fixed.mac:
            self._differs(what, "MAC address", fixed.mac, mac)
        self._compare_lease(fixed, fixed.address in block.leased, what)

    def _is_told_less(self, driver, nova):
        """Whether the driver just does not know as much as the row: the network managers tell it neither of a VIF that is made
        later than its address, nor that an address waits for its release."""
        if nova is None or driver is None:
            return False
        told, row = names.read(driver, self._vifs), names.read(nova, self._vifs)
        return told.allocated is None or (not row.allocated and told.vif is not None and row.vif in (None, told.vif))

    def _compare_lease(self, fixed, leased, what):
        if not self._leases or fixed.leased == leased:
            return
        if fixed.leased:
            self._miss("lease", fixed, "the lease of %s", what)
        else:
            self._conflict("%s: it is leased in the driver, not in Nova", what)


def _text(first, last):
    text = ip_text.of_int(first, 4)
    return text if first == last else "%s to %s" % (text, ip_text.of_int(last, 4))


class PoolComparison(Comparison):
    """Of all the parts of a pool. blocks: [holdings.Block] that the driver has of it.

    missing: "pool" (part, [address]) that no block gives, "floating" (Floating, Block or None), "nat" (Floating, Block or
    None). locals: {(network, version): Block} of the fixed IPs.
    """

    def __init__(self, driver, parts, local_blocks):
        Comparison.__init__(self, parts[0].label)
        self.parts = parts
        self._driver = driver
        self._locals = local_blocks
        self._keys = driver.supports("request_key")
        self.blocks = holdings.of_network(driver, parts[0].network, parts[0].tenant)
        # Where each address can be given.
        self._homes = {}
        for block in self.blocks:
            if block.record.tenant != parts[0].tenant or block.record.type != "public":
                self._differs("block %s" % block.record.cidr, "owner", "public of %s" % parts[0].tenant,
                              "%s of %s" % (block.record.type, block.record.tenant))
            for number in block.gives():
                self._homes[number] = block
        known = set()
        for part in parts:
            known.update(part.addresses)
            self._compare_part(part)
        self._find_surplus(known)

    def _compare_part(self, part):
        lacking = []
        for address in part.addresses:
            block = self._homes.get(ip_text.to_int(address))
            if block is None:
                lacking.append(address)
            elif interface_of(block.policy) != part.interface:
                self._differs("floating IP %s" % address, "interface", part.interface, interface_of(block.policy))
        if lacking:
            self._miss("pool", (part, lacking), "%d floating IPs from %s on", len(lacking), lacking[0])
        for address in part.addresses:
            if address in part.floating:
                self._compare_floating(part.floating[address])

    def _compare_floating(self, floating):
        block = self._homes.get(ip_text.to_int(floating.address))
        address = block.addresses.get(floating.address) if block else None
        what = "floating IP %s" % floating.address
        if address is None:
            self._miss("floating", floating, "%s of project %s", what, floating.tenant)
            if floating.fixed:
                self._miss("nat", floating, "%s's association with %s", what, floating.fixed[1])
            return
        if address.state != "allocated":
            self._conflict("%s: project %s has it in Nova; in the driver it rests since it was released", what, floating.tenant)
            return
        if address.used_by_tenant != floating.tenant:
            self._differs(what, "project", floating.tenant, address.used_by_tenant)
        if self._keys and floating.auto_assigned != is_auto_assigned(address):
            self._differs(what, "auto_assigned", "%s" % floating.auto_assigned, "%s" % is_auto_assigned(address))
        self._compare_nat(floating, block, what)

    def _compare_nat(self, floating, block, what):
        expected = None
        if floating.fixed is not None:
            home = self._locals.get((floating.fixed[0], ip_text.version(floating.fixed[1])))
            expected = (home.record.id if home else None, floating.fixed[1])
        found = [(local.block, local.address) for local in holdings.locals_of(self._driver, block.record, floating.address)]
        if expected is not None and expected not in found:
            if found:
                self._differs(what, "association", expected[1], ", ".join(address for _, address in found))
                return
            self._miss("nat", floating, "%s's association with %s", what, expected[1])
        for pair in found:
            if pair != expected:
                self._conflict("%s: it is associated with %s in the driver, not in Nova", what, pair[1])

    def _find_surplus(self, known):
        taken = set(floating for part in self.parts for floating in part.floating)
        numbers = set(ip_text.to_int(address) for address in known)
        for block in self.blocks:
            for first, count in ip_text.runs(block.gives() - numbers):
                self.surplus.append("%s: the driver can give them, Nova has no such floating IPs" % _text(first, first + count - 1))
            for address in sorted(block.addresses, key=ip_text.to_int):
                if block.addresses[address].state == "allocated" and address not in taken:
                    self.surplus.append("floating IP %s is in use in the driver, not in Nova" % address)


def is_auto_assigned(address):
    """Whether an address of a pool is one that Nova gave an instance by itself."""
    return (address.request_key or "").startswith(wanted.AUTO_ASSIGNED)


# How the description of a pool's policy names the interface of the rows.
_INTERFACE = "interface: "


def description_of(interface):
    """The description of the policy of a pool's block whose rows name an interface; None for none."""
    return _INTERFACE + interface if interface else None


def interface_of(policy):
    """The interface that the description of a policy names."""
    if policy is None or not (policy.description or "").startswith(_INTERFACE):
        return None
    return policy.description[len(_INTERFACE):]


def policy_of_pool(pool):
    """The name of the policy of a pool's block."""
    return "nova %s" % pool.network


def compare(driver, found, rows, progress, live=False):
    """Yields a Comparison for each network and each pool of what is wanted. A generator: an import writes in between.

    live: Nova runs on ip_driver by now; what its network managers do not tell the driver is left out.
    """
    vifs = frozenset(names.name_of_vif(vif) for vif in rows.virtual_interfaces)
    interfaces = holdings.Interfaces(driver)
    blocks = {}
    for i, network in enumerate(found.networks):
        progress.say("network", i, len(found.networks))
        comparison = NetworkComparison(driver, network, interfaces, vifs, live)
        yield comparison
        for version, block in comparison.blocks.items():
            blocks[network.uuid, version] = block
    by_network, order = {}, []
    for pool in found.pools:
        if pool.network not in by_network:
            order.append(pool.network)
        by_network.setdefault(pool.network, []).append(pool)
    for i, name in enumerate(order):
        progress.say("pool", i, len(order))
        yield PoolComparison(driver, by_network[name], blocks)
