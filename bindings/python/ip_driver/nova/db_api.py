"""In front of nova.db, for the network managers of 2012.1 to 2013.2: where a fixed IP is chosen or given up, ip_driver
does it; and a floating IP, in the pools that the option ip_driver_floating_pools lists.

The module is the db_driver of the managers (network/by_database.py). Importing it gives an object that has the
functions below and falls through to nova.db, or to what the option db_driver names, for everything else; so Nova's
database stays what it is, and each of its functions can still be replaced in its place. Nova is imported at first use.
"""
import socket
import sys
import types

from ip_driver.nova import fixed_ips, floating_ips, ip_text, options, rows


def nova_db():
    """The module that this one stands in front of."""
    name = getattr(options.conf(), "db_driver", None)
    if name in (None, __name__):
        name = "nova.db"
    __import__(name)
    return sys.modules[name]


def _check_instance(instance):
    """From 2012.2 on, instances are named by uuid, and Nova says so if one is not."""
    if instance is not None and rows.instance_column() == "instance_uuid":
        import uuid
        from nova import exception
        try:
            uuid.UUID(str(instance))
        except ValueError:
            raise exception.InvalidUUID(uuid=instance)


def fixed_ip_bulk_create(context, ips):
    """Creates networks: of each, the blocks in the driver and the rows of its reserved addresses. What is not among ips
    is never given."""
    by_network = {}
    for ip in ips:
        by_network.setdefault(ip["network_id"], []).append(ip)
    for network_id in sorted(by_network):
        network = nova_db().network_get(context.elevated(), network_id)
        listed = by_network[network_id]
        reserved = [ip["address"] for ip in listed if ip.get("reserved")]
        numbers = [ip_text.to_int(ip["address"]) for ip in listed]
        fixed_ips.create(context, network, reserved, ip_text.gaps(network["cidr"], numbers))


def network_create_fixed_ips(context, network, reserved, fixed_cidr=None):
    """The same for one network, without a list of all its addresses. reserved: addresses; fixed_cidr: the part of the
    network that fixed IPs are given from. Not a function of nova.db."""
    excluded = ip_text.outside(network["cidr"], fixed_cidr) if fixed_cidr else []
    fixed_ips.create(context, network, reserved, excluded)


def fixed_ip_associate_pool(context, network_id, instance_id=None, host=None, instance_uuid=None):
    """Allocates an address to an instance or a host."""
    instance = instance_uuid or instance_id
    _check_instance(instance)
    return fixed_ips.associate(context, network_id, instance, host)


def fixed_ip_associate(context, address, instance_id=None, network_id=None, reserved=False, instance_uuid=None):
    """Allocates a certain address to an instance. A reserved one has its row, and is no choice of the driver's."""
    instance = instance_uuid or instance_id
    if reserved or network_id is None:
        return nova_db().fixed_ip_associate(context, address, instance, network_id, reserved=reserved)
    _check_instance(instance)
    return fixed_ips.associate(context, network_id, instance, address=address)


def fixed_ip_disassociate(context, address):
    """Ends an instance's use of an address. One that is free already stays so."""
    from nova import exception
    # Not a row of a network that was deleted, which callers who read deleted instances would be given too.
    living = context.elevated(read_deleted="no")
    try:
        found = nova_db().fixed_ip_get_by_address(living, address)
    except exception.FixedIpNotFoundForAddress:
        if _network_of(context, address) is None:
            raise
        return
    row = rows.row(found["id"])
    if row is None:
        return
    if row.reserved or row.host is not None or row.network_id is None:
        # Its row, and its address, are kept for what they are kept for.
        nova_db().fixed_ip_disassociate(living, address)
    else:
        fixed_ips.disassociate(context, row)


def fixed_ip_disassociate_all_by_timeout(context, host, time):
    """Ends the use of addresses that were deallocated before a time and that no DHCP release has ended; returns how many."""
    count = nova_db().fixed_ip_disassociate_all_by_timeout(context, host, time)
    fixed_ips.release_free(context)
    return count


def _network_of(context, address):
    """The network that an address lies in; None if there is none."""
    from nova import exception
    try:
        ip_text.to_int(address)
    except (socket.error, ValueError):
        # It is none.
        return None
    try:
        networks = nova_db().network_get_all(context.elevated())
    except exception.NoNetworksFound:
        return None
    for network in networks:
        if network["cidr"] and ip_text.contains(network["cidr"], address):
            return network
    return None


def fixed_ip_get_by_address(context, address):
    """The row of an address; for a free one, which has none, the like of it."""
    from nova import exception
    try:
        return nova_db().fixed_ip_get_by_address(context, address)
    except exception.FixedIpNotFoundForAddress:
        network = _network_of(context, address)
        if network is None:
            raise
        return {"id": None, "address": address, "network_id": network["id"], "network": network, "host": None,
                rows.instance_column(): None, "virtual_interface_id": None, "allocated": False, "leased": False,
                "reserved": False, "created_at": None, "updated_at": None, "deleted_at": None, "deleted": False}


def fixed_ip_update(context, address, values):
    """Nova's own, but that a row which this process has just written is not searched for."""
    if not rows.update(address, values):
        nova_db().fixed_ip_update(context, address, values)


def virtual_interface_create(context, values):
    """Nova's own; what it made is the interface of the address that is asked for next."""
    made = nova_db().virtual_interface_create(context, values)
    rows.remember_vif(made)
    return made


def network_delete_safe(context, network_id):
    """Deletes a network: its rows, then its blocks."""
    fixed_ips.delete(context, network_id, lambda: nova_db().network_delete_safe(context, network_id))


def floating_ip_allocate_address(context, project_id, pool, auto_assigned=None):
    """Gives a project an address of a pool. Only 2013.2 knows auto_assigned."""
    if floating_ips.is_kept(pool):
        return floating_ips.allocate(context, project_id, pool, auto_assigned)
    given = {} if auto_assigned is None else {"auto_assigned": auto_assigned}
    return nova_db().floating_ip_allocate_address(context, project_id, pool, **given)


def floating_ip_deallocate(context, address):
    """Takes a floating IP from its project."""
    row = floating_ips.kept(address)
    if row is None:
        return nova_db().floating_ip_deallocate(context, address)
    return floating_ips.deallocate(context, row)


def floating_ip_fixed_ip_associate(context, floating_address, fixed_address, host):
    """Associates a floating IP with a fixed one; returns what the release at hand does."""
    row = floating_ips.kept(floating_address)
    if row is None:
        return nova_db().floating_ip_fixed_ip_associate(context, floating_address, fixed_address, host)
    return floating_ips.associate(context, row, fixed_address, host)


def floating_ip_disassociate(context, address):
    """Ends the association of a floating IP; returns what the release at hand does."""
    row = floating_ips.kept(address)
    if row is None:
        return nova_db().floating_ip_disassociate(context, address)
    return floating_ips.disassociate(context, row)


class _Api(types.ModuleType):
    """This module and nova.db in one."""

    def __getattr__(self, name):
        # What the import system asks of every module is not Nova's.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(nova_db(), name)


_api = _Api(__name__, __doc__)
_api.__dict__.update((name, value) for name, value in globals().items() if name not in ("_api", "_Api"))
# Python 2 empties a module that nobody refers to, and with it the globals of its functions.
_api.__dict__["_module"] = sys.modules[__name__]
sys.modules[__name__] = _api
