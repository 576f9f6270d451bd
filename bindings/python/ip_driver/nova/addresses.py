"""Taking an address in the driver and giving it back, so that nothing is left behind whatever happens in between.

The order is always: take() it, write Nova's row, confirm() it; on a failure remove the row first, then give_back().
Where the backend has holds, an allocation whose process dies on the way ends by itself. Where it has none, take()
allocates for good, confirm() does nothing, and reconciling releases what has no row.
"""
import logging

from ip_driver import errors
from ip_driver.nova import connection, mapping

LOG = logging.getLogger(__name__)


def take(driver, block, user, address=None):
    """Allocates an address of a block, or the one that is wanted; a hold until it is confirmed.

    user: interface, device, mac, used_by_tenant, as far as they are known. The interface and the MAC only describe: if
    the driver cannot have them (a MAC that another interface still has), the allocation gets an interface of its own.
    """
    arguments = dict(user, tenant=block.tenant, block=block.id, address=address, **connection.tentative(driver))
    try:
        return driver.address.allocate(**arguments)[0]
    except (errors.Duplicate, errors.NotAllowed, errors.Invalid):
        if user.get("mac") is None and user.get("interface") is None:
            raise
    # Either of the address wanted, which is then refused again, or of what describes its user.
    arguments.update(interface=mapping.new_interface(), mac=None)
    return driver.address.allocate(**arguments)[0]


def take_back(driver, block, user, address, resting):
    """Takes an address again for a user that Nova says has it; resting: it may be in quarantine, out of which it comes."""
    # Without that, it is taken as soon as its rest is over. (Restoring would give it back without its interface, and a
    # historical Melange service cannot list such ones.)
    if resting and driver.supports("address.purge"):
        driver.address.purge(tenant=block.tenant, block=block.id, address=address, all=True)
    return take(driver, block, user, address)


def confirm(driver, block, allocation):
    """Makes an allocation of take() permanent. NotFound: it has lapsed meanwhile."""
    if allocation.hold_until:
        driver.address.confirm(tenant=block.tenant, refs=[allocation])


def give_back(driver, block, allocation):
    """Ends an allocation of take(), confirmed or not, for which there is no row."""
    if allocation.hold_until:
        try:
            driver.address.cancel(tenant=block.tenant, refs=[allocation])
            return
        except errors.NotAllowed:
            # It was confirmed, though the answer never came, or while reconciling.
            pass
    release(driver, block, allocation)


def release(driver, block, allocation):
    """Releases this allocation of an address, and its interface with the last address that it has.

    In one call, so that neither is left when the process dies; and in no transaction, which would hold up everybody
    until the service notices that. An address that the interface is given in between is a hold, and confirming it
    fails.
    """
    user = {"tenant": allocation.used_by_tenant, "id": allocation.interface}
    try:
        held = driver.interface.get(**user).allocations if allocation.interface is not None else ()
    except errors.NotFound:
        held = ()
    try:
        if [other.address.id for other in held] == [allocation.id]:
            driver.interface.delete(**user)
        else:
            driver.address.deallocate(tenant=block.tenant, block=block.id, address=allocation.address, id=allocation.id)
    except errors.NotFound:
        # Released already; what is there now, if anything, is another allocation.
        pass


def find(driver, block, address):
    """The allocation or resting address; None if it is free."""
    try:
        return driver.address.get(tenant=block.tenant, block=block.id, address=address)
    except errors.NotFound:
        return None


def allocated(driver, block):
    """The allocated addresses of a block, {address: allocation}: holds among them."""
    found = {}
    for allocation in driver.address.list(tenant=block.tenant, block=block.id, state="allocated", limit=1000):
        found[allocation.address] = allocation
    return found
