"""What the driver holds of a Nova deployment, read whole: of a network, and of a pool."""
from ip_driver import errors
from ip_driver.nova import ip_text
from ip_driver.nova.deployment import pools, spans

PAGE = 1000


def scope(driver, tenant):
    """The tenant to name: none, where the backend lets any tenant's things be seen."""
    return None if driver.supports("all_tenants") else tenant


class Block(object):
    """A block with what is in it: policy, ranges and octets; addresses {text: Address}; leased, a set of text."""

    def __init__(self, driver, record):
        self.record = record
        self.policy = None
        self.ranges = []
        self.octets = frozenset()
        self.addresses = {}
        self.leased = frozenset()
        tenant = scope(driver, record.tenant)
        if record.policy is not None:
            self.policy = driver.policy.get(tenant=tenant, id=record.policy)
            self.ranges = list(driver.policy_range.list(tenant=tenant, policy=record.policy, limit=PAGE))
            self.octets = frozenset(item.octet for item in
                                    driver.policy_octet.list(tenant=tenant, policy=record.policy, limit=PAGE))
        for address in driver.address.list(tenant=tenant, block=record.id, limit=PAGE):
            self.addresses[address.address] = address
        if driver.supports("lease.list"):
            self.leased = frozenset(lease.address for lease in
                                    driver.lease.list(tenant=tenant, block=record.id, limit=PAGE))

    def excluded(self):
        """The spans of the addresses that the policy excludes."""
        first, last = ip_text.bounds(self.record.cidr)
        found = []
        for item in self.ranges:
            start = first + item.offset if item.offset >= 0 else last + 1 + item.offset
            found.append((max(start, first), min(start + item.length - 1, last)))
        if self.octets and self.record.version == 4:
            found.extend((number, number) for number in range(first, last + 1) if number & 255 in self.octets)
        return spans.merged(found)

    def gives(self):
        """The numbers of all addresses that the block can give. Only for blocks of pools, which are small."""
        first, last = pools.may_give(self.record.cidr)
        numbers = set(range(first, last + 1))
        for start, end in self.excluded():
            numbers.difference_update(range(start, end + 1))
        if self.record.gateway is not None:
            numbers.discard(ip_text.to_int(self.record.gateway))
        return numbers


def of_network(driver, network, *tenants):
    """[Block] of a driver's network, the oldest first; none is an empty list.

    A network keeps its blocks when it is given to a project or taken from it. So they are looked for in all tenants, or, where
    the backend does not let these be seen, in the ones that are named.
    """
    found = []
    for tenant in [None] if driver.supports("all_tenants") else sorted(set(tenants)):
        try:
            found.extend(driver.block.list(tenant=tenant, network=network, roots=True, limit=PAGE))
        except errors.NotFound:
            continue
    return [Block(driver, block) for block in found]


class Interfaces(object):
    """The driver's interfaces: all read at once when the first is asked for, or, from a backend that lists them only by
    device, one by one."""

    def __init__(self, driver):
        self._driver = driver
        # By tenant; of the historical service None.
        self._known = {}

    def get(self, tenant, id_):
        """The Interface of a tenant; None if there is none."""
        key = scope(self._driver, tenant)
        if key not in self._known:
            try:
                self._known[key] = dict((item.id, item) for item in self._driver.interface.list(tenant=key, limit=PAGE))
            except errors.NotSupported:
                self._known[key] = None
        if self._known[key] is not None:
            return self._known[key].get(id_)
        try:
            return self._driver.interface.get(tenant=tenant, id=id_)
        except errors.NotFound:
            return None


def locals_of(driver, block, address):
    """The inside locals of a floating IP: [Address]."""
    return list(driver.nat.list_locals(tenant=scope(driver, block.tenant), block=block.id, address=address, limit=PAGE))
