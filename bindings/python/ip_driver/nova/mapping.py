"""How Nova's rows are said in ip_driver's words. Everything that reads or writes the driver for Nova agrees on this.

network      networks.uuid is the driver's network id; its blocks are private and belong to networks.project_id or, without a
             project, to the default tenant; one block for cidr, one for cidr_v6, with the row's gateways and name servers
reserved     the reserved fixed_ips of a network that nobody uses are the ranges of a policy named "nova NETWORK", which its
             IPv4 block has
fixed IP     an address of the block. interface: the VIF's uuid where it is known, otherwise an id made for this allocation;
             device: the instance, by uuid if Nova has it at hand, otherwise by number; used_by_tenant: its project
host         a host's own DHCP address (multi_host, fixed_ips.host): an address whose device is "host:HOST"
pool         a pool of floating IPs: public blocks of the default tenant whose network is "pool:NAME"
floating IP  one of a project: an address of such a block, used_by_tenant the project; associated: a NAT pair whose local
             side is the fixed address
"""
import uuid

from ip_driver import errors
from ip_driver.nova import ip_text

POOL_PREFIX = "pool:"
HOST_PREFIX = "host:"


def network_tenant(network, default):
    """The tenant of a network's blocks. network: a row of Nova's table, or a dict of one."""
    return network["project_id"] or default


def pool_network(pool):
    """The driver's network of a pool of floating IPs."""
    return POOL_PREFIX + pool


def host_device(host):
    """The device of a host's own address."""
    return HOST_PREFIX + host


def instance_device(instance):
    """The device of an instance: its uuid, or its number."""
    return "%s" % instance


def new_interface():
    """The interface of an allocation whose VIF is not known: one for each, so that reconciling sees each by itself."""
    return str(uuid.uuid4())


def policy_name(network):
    """Of the policy that holds a network's reserved addresses."""
    return "nova %s" % network["uuid"]


def network_blocks(driver, network, tenant, default=None):
    """The driver's blocks of a Nova network: {4: block, 6: block}, without what it lacks.

    A network keeps its blocks when it is given to a project, or taken from it (VlanManager does both), so that they may
    be another tenant's than its row would have it: where the backend can, the network is looked for in all tenants,
    otherwise in `tenant` and in `default`. A block's own tenant is what later calls must name.

    Raises NotFound if the driver does not know the network.
    """
    tenants = [None] if driver.supports("all_tenants") else [tenant] + [default] * (default not in (None, tenant))
    for number, candidate in enumerate(tenants):
        found = {}
        try:
            for block in driver.network.get(tenant=candidate, network=network["uuid"]):
                found.setdefault(block.version, block)
            return found
        except errors.NotFound:
            if number == len(tenants) - 1:
                raise errors.NotFound("network %s is not in ip_driver; ip-driver-nova import brings it there" %
                                      network["uuid"])


def block_arguments(network, tenant, version):
    """The arguments of block.create for a Nova network; None if it has no addresses of that version."""
    six = version == 6
    cidr = network["cidr_v6" if six else "cidr"]
    if not cidr:
        return None
    return {
        "tenant": tenant,
        "type": "private",
        "network": network["uuid"],
        "cidr": cidr,
        "gateway": network["gateway_v6" if six else "gateway"] or None,
        "dns1": network["dns1"] or None,
        "dns2": network["dns2"] or None,
    }


def reserved_ranges(cidr, addresses):
    """The ranges, (offset, length) from the block's first address, of the reserved addresses that lie in it."""
    first, last = ip_text.bounds(cidr)
    numbers = [ip_text.to_int(address) for address in addresses if ip_text.version(address) == ip_text.version(cidr)]
    return [(start - first, length) for start, length in ip_text.runs(n for n in numbers if first <= n <= last)]


def create_network(driver, network, tenant, reserved, excluded=()):
    """Creates the blocks of a Nova network, with the policy of its reserved addresses; all or nothing.

    reserved: addresses. excluded: further ranges of IPv4, (offset, length), that fixed IPs are not given from.
    What is there already, made by an earlier attempt, is kept. Returns {4: block, 6: block}.
    """
    try:
        found = network_blocks(driver, network, tenant)
    except errors.NotFound:
        found = {}
    made = []
    try:
        for version in (4, 6):
            arguments = block_arguments(network, tenant, version)
            if arguments is None or version in found:
                continue
            ranges = reserved_ranges(arguments["cidr"], reserved) + list(excluded) if version == 4 else []
            if ranges:
                policy = driver.policy.create(tenant=tenant, name=policy_name(network))
                made.append((driver.policy.delete, policy.id))
                for offset, length in ranges:
                    driver.policy_range.create(tenant=tenant, policy=policy.id, offset=offset, length=length)
                arguments["policy"] = policy.id
            found[version] = driver.block.create(**arguments)
            made.append((driver.block.delete, found[version].id))
    except Exception:
        for delete, id_ in reversed(made):
            delete(tenant=tenant, id=id_)
        raise
    return found


def unreserve(driver, block, addresses):
    """Lets addresses be given that the policy of a network's reserved addresses excludes; others are left as they are."""
    first = ip_text.bounds(block.cidr)[0]
    offsets = set(ip_text.to_int(address) - first for address in addresses)
    if block.policy is None or not offsets:
        return
    policy = {"tenant": block.tenant, "policy": block.policy}
    for found in list(driver.policy_range.list(**policy)):
        inside = sorted(offset for offset in offsets if found.offset <= offset < found.offset + found.length)
        if not inside:
            continue
        # What stays excluded is so twice for a moment, and never not at all.
        start = found.offset
        for offset in inside + [found.offset + found.length]:
            if offset > start:
                driver.policy_range.create(offset=start, length=offset - start, **policy)
            start = offset + 1
        driver.policy_range.delete(id=found.id, **policy)


def delete_network(driver, network, tenant, default=None):
    """Deletes the blocks of a Nova network, their addresses, the interfaces that have no other, and the policy of its
    reserved addresses. None is no error."""
    try:
        blocks = network_blocks(driver, network, tenant, default)
    except errors.NotFound:
        blocks = {}
    for block in blocks.values():
        interfaces = set((address.used_by_tenant, address.interface)
                         for address in driver.address.list(tenant=block.tenant, block=block.id, limit=1000))
        driver.block.delete(tenant=block.tenant, id=block.id)
        for user, interface in interfaces:
            if interface is None:
                continue
            try:
                if not driver.interface.get(tenant=user, id=interface).allocations:
                    driver.interface.delete(tenant=user, id=interface)
            except errors.NotFound:
                pass
    # By name, so that one is found too whose block never came to be.
    for owner in set([tenant] + [block.tenant for block in blocks.values()]):
        for policy in list(driver.policy.list(tenant=owner, limit=1000)):
            if policy.name == policy_name(network):
                driver.policy.delete(tenant=owner, id=policy.id)
