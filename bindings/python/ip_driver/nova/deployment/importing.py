"""Writes to the driver what Nova's rows say and it has not; what it has otherwise is named and left as it is.

Everything is found by comparing, so that an import that was interrupted is simply run again, and one that is complete does
nothing. Where the backend has transactions, many changes are one.
"""
import contextlib

from ip_driver import errors
from ip_driver.nova import ip_text, mapping
from ip_driver.nova.deployment import compare, holdings, pools, wanted

# How many changes one transaction makes: other writers wait for it.
BATCH = 500
# Seconds that a lease lasts of which Nova's rows only tell that it is there: Nova's own default, the longest that it had.
LEASE = 86400

# Of one thing, which is then named; anything else (no answer, no permission) ends the import.
_REFUSALS = (errors.Invalid, errors.NotFound, errors.Duplicate, errors.Conflict, errors.Exhausted, errors.Locked,
             errors.NotInBlock, errors.DeniedByPolicy, errors.NotAllowed)


class Import(object):
    """An import. done {what: number}; conflicts: a line each; both are complete after run()."""

    def __init__(self, driver, found, rows, progress, dry_run=False, lease=LEASE):
        self.done = {}
        self.conflicts = list(found.problems)
        self._driver = driver
        self._found = found
        self._rows = rows
        self._progress = progress
        self._dry_run = dry_run
        self._lease = lease
        self._local_blocks = {}
        self._stray_policies = None

    def run(self):
        """Does it; gives how many things were made, or would be."""
        for comparison in compare.compare(self._driver, self._found, self._rows, self._progress):
            self._note(comparison)
            if self._dry_run:
                for missing in comparison.missing:
                    self._count(_WORDS[missing.kind])
            elif isinstance(comparison, compare.NetworkComparison):
                self._network(comparison)
            elif comparison.missing:
                self._pool(comparison)
        self._progress.clear()
        return sum(self.done.values())

    def _note(self, comparison):
        self.conflicts.extend("%s: %s" % (comparison.label, text) for text in comparison.conflicts)

    def _count(self, what, number=1):
        self.done[what] = self.done.get(what, 0) + number

    @contextlib.contextmanager
    def _one(self):
        """A handle whose changes are one, if the backend can."""
        if self._driver.supports("transaction.begin"):
            with self._driver.transaction() as transaction:
                yield transaction
        else:
            yield self._driver

    def _each(self, label, kind, items, make):
        """Makes each of the items; make(handle, item) may refuse one, which is then named."""
        for start in range(0, len(items), BATCH):
            refused, made = [], 0
            self._progress.say("%s: %s" % (label, _WORDS[kind]), start, len(items))
            with self._one() as handle:
                for item in items[start:start + BATCH]:
                    try:
                        make(handle, item)
                        made += 1
                    except _REFUSALS as error:
                        refused.append("%s: %s" % (label, error))
            self.conflicts.extend(refused)
            if made:
                self._count(_WORDS[kind], made)

    # Networks

    def _network(self, comparison):
        network, label = comparison.network, comparison.label
        self._each(label, "block", comparison.of_kind("block"),
                   lambda handle, version: self._make_block(handle, comparison, version))
        parts = comparison.of_kind("part")
        self._each(label, "part", parts, lambda handle, part: handle.block.update(
            tenant=comparison.blocks[part[0]].record.tenant, id=comparison.blocks[part[0]].record.id, **{part[1]: part[2]}))
        reserved = comparison.of_kind("reserved")
        if reserved:
            self._each(label, "reserved", [reserved], lambda handle, added: self._reserve(handle, comparison, added))
        if parts or reserved:
            for block in comparison.blocks.values():
                block.record = self._driver.block.get(tenant=block.record.tenant, id=block.record.id)
        self._addresses(comparison)
        self._each(label, "lease", comparison.of_kind("lease"),
                   lambda handle, fixed: self._grant(handle, comparison, fixed))
        for version, block in comparison.blocks.items():
            self._local_blocks[network.uuid, version] = block

    def _make_block(self, handle, comparison, version):
        """The block with the policy of its reserved addresses, all or nothing where there are transactions."""
        network = comparison.network
        arguments = dict(network.blocks[version])
        ranges = _ranges(arguments["cidr"], network.excluded()) if version == 4 else []
        if ranges:
            arguments["policy"] = self._policy(handle, network.tenant, mapping.policy_name(network.row), None, ranges)
        comparison.blocks[version] = holdings.Block(handle, handle.block.create(**arguments))

    def _policy(self, handle, tenant, name, description, ranges):
        """A new policy with these ranges. One without a block, left behind by an import that was interrupted, goes."""
        for stray in self._strays(handle).pop((tenant, name), ()):
            handle.policy.delete(tenant=tenant, id=stray)
        id_ = handle.policy.create(tenant=tenant, name=name, description=description).id
        for offset, length in ranges:
            handle.policy_range.create(tenant=tenant, policy=id_, offset=offset, length=length)
        return id_

    def _strays(self, handle):
        """{(tenant, name): [id]} of the policies that no block had when the import began."""
        if self._stray_policies is None:
            self._stray_policies = {}
            tenants = set(item.tenant for item in self._found.networks + self._found.pools)
            for tenant in [None] if handle.supports("all_tenants") else sorted(tenants):
                used = set(block.policy for block in handle.block.list(tenant=tenant, limit=holdings.PAGE))
                for policy in handle.policy.list(tenant=tenant, limit=holdings.PAGE):
                    if policy.id not in used:
                        self._stray_policies.setdefault((policy.tenant, policy.name), []).append(policy.id)
        return self._stray_policies

    def _reserve(self, handle, comparison, added):
        """Adds reserved addresses, spans, to the policy of a block that is there already."""
        network = comparison.network
        block = comparison.blocks[4]
        ranges = _ranges(block.record.cidr, added)
        if block.policy is None:
            tenant = block.record.tenant
            id_ = self._policy(handle, tenant, mapping.policy_name(network.row), None, ranges)
            handle.block.update(tenant=tenant, id=block.record.id, policy=id_)
            return
        for offset, length in ranges:
            handle.policy_range.create(tenant=block.policy.tenant, policy=block.policy.id, offset=offset, length=length)

    def _addresses(self, comparison):
        """Allocates what is in use. The driver gives neither its gateway nor what a policy excludes, though Nova may have
        given either: for these the block is without both for a moment."""
        network, plain, special = comparison.network, [], {}
        reserved = frozenset(network.reserved)
        for fixed in comparison.of_kind("address"):
            block = comparison.blocks.get(ip_text.version(fixed.address))
            if block is None:
                self.conflicts.append("%s: address %s: the driver has no block for it" % (comparison.label, fixed.address))
            elif fixed.address in reserved or fixed.address == block.record.gateway:
                special.setdefault(block.record.version, []).append(fixed)
            else:
                plain.append(fixed)
        for version in sorted(special):
            block = comparison.blocks[version].record
            with self._one() as handle:
                handle.block.update(tenant=block.tenant, id=block.id, gateway=None, policy=None)
                try:
                    self._allocate_each(handle, comparison, special[version])
                finally:
                    handle.block.update(tenant=block.tenant, id=block.id, gateway=block.gateway, policy=block.policy)
        self._each(comparison.label, "address", plain, lambda handle, fixed: self._allocate(handle, comparison, fixed))

    def _allocate_each(self, handle, comparison, items):
        for fixed in items:
            try:
                self._allocate(handle, comparison, fixed)
                self._count(_WORDS["address"])
            except _REFUSALS as error:
                self.conflicts.append("%s: %s" % (comparison.label, error))

    def _allocate(self, handle, comparison, fixed):
        block = comparison.blocks[ip_text.version(fixed.address)].record
        handle.address.allocate(tenant=block.tenant, block=block.id, address=fixed.address, interface=fixed.interface,
                                device=fixed.devices[0] if fixed.devices else None, mac=fixed.mac, used_by_tenant=fixed.tenant)
        if fixed.leased and handle.supports("lease.grant"):
            self._grant(handle, comparison, fixed)

    def _grant(self, handle, comparison, fixed):
        block = comparison.blocks[ip_text.version(fixed.address)].record
        handle.lease.grant(tenant=block.tenant, block=block.id, address=fixed.address, mac=fixed.mac, duration=self._lease)

    # Pools

    def _pool(self, comparison):
        parts, label = comparison.parts, comparison.label
        lacking = comparison.of_kind("pool")
        if lacking:
            with self._one() as handle:
                for part, addresses in lacking:
                    self._give(handle, comparison, part, addresses)
            comparison = compare.PoolComparison(self._driver, parts, self._local_blocks)
        homes = {}
        for block in comparison.blocks:
            homes.update((number, block.record) for number in block.gives())
        self._each(label, "floating", comparison.of_kind("floating"),
                   lambda handle, floating: self._allocate_floating(handle, homes, floating))
        self._each(label, "nat", comparison.of_kind("nat"), lambda handle, floating: self._associate(handle, homes, floating))

    def _give(self, handle, comparison, part, addresses):
        """Makes the pool's blocks give these addresses too: by opening the policy of a block that covers them, or by new
        blocks."""
        numbers = set(ip_text.to_int(address) for address in addresses)
        for block in comparison.blocks:
            first, last = ip_text.bounds(block.record.cidr)
            inside = set(number for number in numbers if first <= number <= last)
            numbers -= inside
            if inside:
                self._open(handle, comparison, part, block, inside)
        if numbers:
            self._make_pool(handle, comparison, part, numbers)

    def _open(self, handle, comparison, part, block, inside):
        record = block.record
        first, last = pools.may_give(record.cidr)
        fits = set(number for number in inside if first <= number <= last)
        if block.policy is None or block.policy.name != compare.policy_of_pool(part) or fits != inside or \
                compare.interface_of(block.policy) != part.interface:
            self.conflicts.append("%s: block %s does not give %s, and is not this program's to change" % (
                comparison.label, record.cidr, ip_text.of_int(min(inside), record.version)))
            return
        for item in block.ranges:
            handle.policy_range.delete(tenant=block.policy.tenant, policy=block.policy.id, id=item.id)
        for offset, length in pools.excluded_ranges(record.cidr, block.gives() | inside):
            handle.policy_range.create(tenant=block.policy.tenant, policy=block.policy.id, offset=offset, length=length)
        self._count(_WORDS["pool"])

    def _make_pool(self, handle, comparison, part, numbers):
        version = part.addresses and ip_text.version(part.addresses[0])
        others = set(ip_text.to_int(address) for pool in self._found.pools if pool is not part for address in pool.addresses)
        taken = [ip_text.bounds(block.cidr) for block in
                 handle.block.list(tenant=holdings.scope(handle, part.tenant), type="public", roots=True, limit=holdings.PAGE)]
        for cidr in pools.cover(numbers, others, version):
            cidrs = _around(cidr, numbers, taken, version)
            for one in cidrs:
                try:
                    self._make_pool_block(handle, part, one, numbers)
                    self._count(_WORDS["pool"])
                except _REFUSALS as error:
                    self.conflicts.append("%s: %s" % (comparison.label, error))

    def _make_pool_block(self, handle, part, cidr, numbers):
        ranges = pools.excluded_ranges(cidr, numbers)
        description = compare.description_of(part.interface)
        policy = None
        if ranges or description:
            policy = self._policy(handle, part.tenant, compare.policy_of_pool(part), description, ranges)
        handle.block.create(tenant=part.tenant, type="public", network=part.network, cidr=cidr, policy=policy)

    def _allocate_floating(self, handle, homes, floating):
        block = homes[ip_text.to_int(floating.address)]
        key = None
        if floating.auto_assigned and handle.supports("request_key"):
            key = wanted.AUTO_ASSIGNED + floating.address
        handle.address.allocate(tenant=block.tenant, block=block.id, address=floating.address, used_by_tenant=floating.tenant,
                                request_key=key)

    def _associate(self, handle, homes, floating):
        network, address = floating.fixed
        home = self._local_blocks.get((network, ip_text.version(address)))
        if home is None:
            raise errors.NotFound("no block of network %s has %s" % (network, address))
        pool = homes[ip_text.to_int(floating.address)]
        tenant = holdings.scope(handle, home.record.tenant)
        if tenant not in (None, pool.tenant):
            raise errors.NotAllowed("floating IP %s: this backend associates within a tenant only, not %s of %s with one of %s"
                                    % (floating.address, address, tenant, pool.tenant))
        handle.nat.add(tenant=tenant, locals=[(home.record.id, address)], globals=[(pool.id, floating.address)])


def _ranges(cidr, excluded):
    """The ranges of a policy, (offset, length), that exclude these spans of a block."""
    start = ip_text.bounds(cidr)[0]
    return [(first - start, last - first + 1) for first, last in excluded]


def _around(cidr, numbers, taken, version):
    """The CIDR, or, where a public block lies in it already, those of its single addresses."""
    first, last = ip_text.bounds(cidr)
    if not any(start <= last and first <= end for start, end in taken):
        return [cidr]
    width = 128 if version == 6 else 32
    return ["%s/%d" % (ip_text.of_int(number, version), width) for number in sorted(numbers) if first <= number <= last]


_WORDS = {
    "block": "blocks of networks",
    "part": "gateways and name servers",
    "reserved": "reservations",
    "address": "fixed IPs",
    "lease": "leases",
    "pool": "blocks of floating IPs",
    "floating": "floating IPs",
    "nat": "associations",
}
