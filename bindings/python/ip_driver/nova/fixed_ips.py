"""A fixed IP of 2012.1 to 2013.2: an address in the driver and its mirror row in Nova's fixed_ips, which come and go
together.

Nova's table has one row per allocated address and the reserved ones. An address is taken in the driver, the row is
committed, the address is confirmed; the row is deleted, the address is released. db_api.py says it in the words of
nova.db.
"""
import logging

from ip_driver import errors
from ip_driver.nova import addresses, connection, ip_text, mapping, options, reconcile, rows
from ip_driver.nova.errors import of_allocation

LOG = logging.getLogger(__name__)

# More free rows of a network than this are compared with a list of its addresses, fewer with each.
_MANY = 64
# How often an address is taken anew because Nova has a row of the one that the driver gave.
_ATTEMPTS = 5


def _nova_db():
    from ip_driver.nova import db_api
    return db_api.nova_db()


class _Place(object):
    """A network of Nova with its IPv4 block."""

    __slots__ = ("network", "block")

    def __init__(self, network, block):
        self.network = network
        self.block = block


# By Nova's number of the network. Where the driver says that the block is gone, it is read again.
_places = {}
# Networks whose rows this process has seen to be allocated in the driver.
_settled = set()
_reconciler = None


def _get_reconciler():
    global _reconciler
    if _reconciler is None:
        _reconciler = reconcile.Reconciler(connection.get(), options.conf().ip_driver_reconcile_grace)
    return _reconciler


def _find_place(context, network_id):
    place = _places.get(network_id)
    if place is None:
        row = _nova_db().network_get(context.elevated(), network_id)
        network = dict((name, row[name]) for name in ("id", "uuid", "project_id"))
        default = connection.default_tenant()
        blocks = mapping.network_blocks(connection.get(), network, mapping.network_tenant(network, default), default)
        if 4 not in blocks:
            raise errors.NotFound("network %s has no IPv4 block in ip_driver" % network["uuid"])
        place = _places[network_id] = _Place(network, blocks[4])
    return place


def _forget_place(network_id):
    place = _places.pop(network_id, None)
    _settled.discard(network_id)
    if place is not None:
        _get_reconciler().forget(place.block)


def _user(context, place, instance, host):
    """Who uses an address, as addresses.take() wants it, and the number of the VIF, or None."""
    if instance is None:
        return {"interface": mapping.new_interface(), "device": mapping.host_device(host),
                "used_by_tenant": place.block.tenant}, None
    uuid, project, vif = rows.user(instance, place.network["id"])
    return {"interface": vif.uuid if vif else mapping.new_interface(),
            "mac": vif.address if vif else None,
            "device": mapping.instance_device(uuid or instance),
            "used_by_tenant": project or context.project_id or place.block.tenant}, vif.id if vif else None


def associate(context, network_id, instance=None, host=None, address=None):
    """Allocates an address, or the one that is wanted, to an instance or a host, with its row; returns it."""
    for _ in range(_ATTEMPTS):
        was_known = network_id in _places
        try:
            settle(context, network_id)
            allocated = _associate(context, network_id, instance, host, address)
        except errors.NotFound:
            if not was_known:
                raise
            continue
        if allocated is not None:
            return allocated
        # There is a row of an address that was free in the driver. It is that row's: settle() sees to it.
        _settled.discard(network_id)
    raise errors.Conflict("the rows of network %s do not agree with ip_driver" % network_id, True)


def _associate(context, network_id, instance, host, address):
    """One attempt; None if Nova has a row of the address already."""
    driver = connection.get()
    place = _find_place(context, network_id)
    user, vif_id = _user(context, place, instance, host)
    try:
        allocation = addresses.take(driver, place.block, user, address)
    except errors.NotFound:
        # The network was deleted. If there is one of its number, it is another.
        _forget_place(network_id)
        raise
    except errors.Error as error:
        known = isinstance(error, errors.Duplicate) and addresses.find(driver, place.block, address) is not None
        refused = of_allocation(error, place.network, address, instance, known)
        if refused is error:
            raise
        raise refused
    return _with_row(driver, place, allocation, instance, host, vif_id)


def _with_row(driver, place, allocation, instance, host, vif_id):
    """Writes the row of an allocation and confirms it, or leaves neither; None if there was a row."""
    done = False
    try:
        try:
            rows.insert(place.network["id"], allocation.address, instance, host, vif_id)
        except Exception as error:
            if not rows.exists_already(error):
                raise
            addresses.give_back(driver, place.block, allocation)
            done = True
            return None
        addresses.confirm(driver, place.block, allocation)
        done = True
        return allocation.address
    finally:
        # Also when the green thread is killed.
        if not done:
            _undo(driver, place, allocation, instance, host)


def _undo(driver, place, allocation, instance, host):
    """Takes back what _with_row() has done. What cannot be undone now, reconciling puts right: the row first, because
    an address that has one must not be free."""
    try:
        # An INSERT that failed may yet have been committed, so what is there counts.
        for row in rows.matching(place.network["id"], allocation.address, instance, host):
            rows.delete(row)
        addresses.give_back(driver, place.block, allocation)
    except Exception:
        LOG.exception("the allocation of %s failed half-way and is left to reconciling", allocation.address)


def disassociate(context, row):
    """Ends an instance's use of an address: its row goes, then the address is released. row: of fixed_ips."""
    driver = connection.get()
    place = _find_place(context, row.network_id)
    # Before the row goes: as long as it is there, the address can be nobody else's.
    allocation = addresses.find(driver, place.block, ip_text.canonical(row.address))
    if not rows.delete(row):
        return
    _release(driver, place.block, allocation, row.address)


def _release(driver, block, allocation, address):
    """Releases the address of a row that is gone. That has happened already for Nova, so a failure is not the caller's."""
    try:
        if allocation is None:
            mapping.unreserve(driver, block, [address])
        elif allocation.state == "allocated":
            addresses.release(driver, block, allocation)
    except errors.Error as error:
        LOG.warning("%s is not released in ip_driver yet, reconciling will do it: %s", address, error)


def release_free(context):
    """Deletes the rows that nobody uses, and releases their addresses."""
    from nova import exception
    by_network = {}
    for row in rows.free():
        by_network.setdefault(row.network_id, []).append(row)
    for network_id in sorted(by_network):
        found = by_network[network_id]
        try:
            place = _find_place(context, network_id)
            driver = connection.get()
            if len(found) > _MANY:
                _delete_free(driver, place.block, found, addresses.allocated(driver, place.block))
            else:
                for row in found:
                    disassociate(context, row)
        except (errors.Error, exception.NetworkNotFound) as error:
            # Another network's may still be released.
            LOG.warning("free rows of network %s stay: %s", network_id, error)


def _delete_free(driver, block, found, allocated):
    """Deletes free rows. allocated: {address: allocation}, read before."""
    taken = [row for row in found if row.address in allocated]
    others = [row for row in found if row.address not in allocated]
    rows.delete_free(row.id for row in others)
    mapping.unreserve(driver, block, [row.address for row in others])
    for row in taken:
        if rows.delete(row):
            _release(driver, block, allocated[row.address], row.address)


def settle(context, network_id):
    """Reconciles a network before this process allocates in it for the first time: an address whose process died before
    it was confirmed must not be given to another, however long ago that was."""
    if network_id not in _settled:
        reconcile_network(context, network_id)
        _settled.add(network_id)


def reconcile_network(context, network_id):
    """Reconciles a network with its rows; returns a reconcile.Report."""
    driver = connection.get()
    place = _find_place(context, network_id)
    current = {}

    def living(allocated):
        free = []
        for row in rows.of_network(network_id):
            used = row.instance is not None or row.host is not None
            if used or row.reserved:
                current[row.address] = row
            else:
                free.append(row)
        if free:
            _delete_free(driver, place.block, free, allocated)
            for row in free:
                # Those that a floating IP points to are still there.
                if row.address in allocated and rows.row(row.id) is not None:
                    current[row.address] = row
        return dict((address, not row.reserved and (row.instance is not None or row.host is not None))
                    for address, row in current.items())

    def user(address):
        row = rows.row(current[address].id)
        if row is None or row.address != address or (row.instance is None and row.host is None):
            return None
        return _user(context, place, row.instance, row.host)[0]

    try:
        return _get_reconciler().run(place.block, living, user)
    except errors.NotFound:
        _forget_place(network_id)
        raise


def create(context, network, reserved, excluded=()):
    """Creates a network's blocks in the driver, and its reserved rows. reserved: addresses; excluded: further ranges of
    offsets that are never given."""
    driver = connection.get()
    tenant = mapping.network_tenant(network, connection.default_tenant())
    mapping.create_network(driver, network, tenant, reserved, excluded)
    done = False
    try:
        _nova_db().fixed_ip_bulk_create(context, [
            {"network_id": network["id"], "address": address, "reserved": True} for address in reserved])
        done = True
    finally:
        if not done:
            mapping.delete_network(driver, network, tenant)


def delete(context, network_id, delete_rows):
    """Deletes a network: its rows by delete_rows(), then its blocks."""
    driver = connection.get()
    default = connection.default_tenant()
    row = _nova_db().network_get(context.elevated(), network_id)
    network = dict((name, row[name]) for name in ("id", "uuid", "project_id"))
    tenant = mapping.network_tenant(network, default)
    # A backend that does not answer is noticed before anything is gone.
    try:
        blocks = mapping.network_blocks(driver, network, tenant, default)
    except errors.NotFound:
        blocks = {}
    delete_rows()
    _forget_place(network_id)
    try:
        mapping.delete_network(driver, network, tenant, default)
    except errors.Error:
        LOG.error("network %s is deleted in Nova, but its blocks are still in ip_driver: %s", network["uuid"],
                  ", ".join("%s (%s)" % (block.id, block.cidr) for block in blocks.values()))
        raise
