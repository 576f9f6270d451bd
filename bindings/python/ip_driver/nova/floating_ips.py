"""A floating IP of 2012.1 to 2013.2 in a pool that ip_driver keeps: an address of the pool's blocks, and a NAT pair while it is
associated; beside Nova's row, which is there as long as the pool has the address. db_api.py says it in the words of nova.db.

Nova's row is what counts. A project takes an address as a hold, the row becomes the project's in one UPDATE that only one
can win, the hold is confirmed. What a failure leaves behind is put right where it would matter:

 - an address that is free in the driver, but a project's in Nova, when the driver offers it: it is taken for that project;
 - one that is a project's in the driver, but nobody's in Nova, when the pool has no other: it is released (where the
   backend has no holds, it stays, and `ip-driver-nova verify` names it);
 - an association: Nova's comes first. If the driver cannot have it, Nova's is taken back, and the caller told; if the driver
   does not end it, that is logged, and put right with the next association of the address, or its release.
"""
import logging
import uuid

from ip_driver import errors
from ip_driver.nova import addresses, connection, ip_text, mapping, options, rows
from ip_driver.nova.deployment import wanted

LOG = logging.getLogger(__name__)


def _nova_db():
    from ip_driver.nova import db_api
    return db_api.nova_db()


def is_kept(pool):
    """Whether a pool's addresses are kept by the driver."""
    return pool is not None and pool in options.conf().ip_driver_floating_pools


def kept(address):
    """The row of an address of such a pool; None if it is none."""
    if not options.conf().ip_driver_floating_pools:
        return None
    row = rows.floating(address)
    return row if row is not None and is_kept(row.pool) else None


def _scope(driver, tenant):
    """The tenant to name where things of two tenants may meet: none, if the backend can."""
    return None if driver.supports("all_tenants") else tenant


def _blocks(driver, pool):
    tenant = connection.default_tenant()
    try:
        return [block for block in driver.network.get(tenant=tenant, network=mapping.pool_network(pool))
                if block.type == "public"]
    except errors.NotFound:
        raise errors.NotFound("pool %s is not in ip_driver; ip-driver-nova import brings it there" % pool)


def _block_of(driver, row):
    for block in _blocks(driver, row.pool):
        if ip_text.contains(block.cidr, row.address):
            return block
    raise errors.NotFound("floating IP %s is in no block of pool %s; ip-driver-nova import makes one" % (row.address, row.pool))


def _authorize(context, project):
    try:
        from nova.context import authorize_project_context
    except ImportError:
        # 2012.1 and 2012.2.
        from nova.db.sqlalchemy.api import authorize_project_context
    authorize_project_context(context, project)


def allocate(context, project, pool, auto_assigned=None):
    """Gives a project an address of a pool; returns it. auto_assigned: the row's flag; None leaves it as it is."""
    from nova import exception

    _authorize(context, project)
    driver = connection.get()
    given = _allocate(driver, project, pool, auto_assigned)
    if given is None and _release_unused(driver, pool):
        given = _allocate(driver, project, pool, auto_assigned)
    if given is None:
        raise exception.NoMoreFloatingIps()
    return given


def _allocate(driver, project, pool, auto_assigned):
    """An address; None if there is none left."""
    unusable, refused = [], set()
    try:
        for block in _blocks(driver, pool):
            while True:
                try:
                    allocation = addresses.take(driver, block, _user(driver, project, auto_assigned))
                except errors.Exhausted:
                    break
                if _with_row(driver, block, allocation, project, pool, auto_assigned):
                    return allocation.address
                row = rows.floating(allocation.address)
                if row is None or row.pool != pool or row.project is None or allocation.address in refused:
                    # It is kept until another is found, because it would be offered again.
                    unusable.append((block, allocation))
                else:
                    refused.add(allocation.address)
                    _claim(driver, block, allocation, row)
        return None
    finally:
        for block, allocation in unusable:
            _give_back(driver, block, allocation)


def _user(driver, project, auto_assigned):
    """As an import has it: no interface. What Nova gave by itself is known by its request key."""
    user = {"used_by_tenant": project}
    if auto_assigned and driver.supports("request_key"):
        user["request_key"] = wanted.AUTO_ASSIGNED + str(uuid.uuid4())
    return user


def _with_row(driver, block, allocation, project, pool, auto_assigned):
    """Makes the row of an allocation the project's, and confirms it; False if it is not free. On a failure, neither is left."""
    done, row = False, None
    try:
        row = rows.floating(allocation.address)
        if row is None or row.pool != pool or not rows.take_floating(row, project, auto_assigned):
            done = True
            return False
        addresses.confirm(driver, block, allocation)
        done = True
        return True
    finally:
        # Also when the green thread is killed.
        if not done:
            try:
                if row is not None and row.project is None:
                    # An UPDATE that failed may yet have been committed.
                    rows.leave_floating(row, project)
                addresses.give_back(driver, block, allocation)
            except Exception:
                LOG.exception("the allocation of floating IP %s failed half-way", allocation.address)


def _give_back(driver, block, allocation):
    """Ends an allocation that is no row's. Nova has done with it, so a failure is not the caller's."""
    try:
        addresses.give_back(driver, block, allocation)
    except errors.Error as error:
        LOG.warning("floating IP %s is not released in ip_driver; that will be done when its pool has no other: %s",
                    allocation.address, error)


def _claim(driver, block, allocation, row):
    """Takes an address, which was offered to another, for the project that has it in Nova."""
    addresses.give_back(driver, block, allocation)
    resting = addresses.find(driver, block, row.address) is not None
    try:
        mine = addresses.take_back(driver, block, _user(driver, row.project, row.auto_assigned), row.address, resting)
    except (errors.Duplicate, errors.Locked, errors.NotFound) as error:
        # Another process was faster, or it rests where resting cannot be ended.
        LOG.warning("ip_driver does not give floating IP %s, which project %s has: %s", row.address, row.project, error)
        return
    now = rows.floating(row.address)
    if now is None or now.project != row.project:
        addresses.give_back(driver, block, mine)
        return
    addresses.confirm(driver, block, mine)
    LOG.warning("project %s has floating IP %s, which was free in ip_driver: it is allocated again", row.project, row.address)


def _release_unused(driver, pool):
    """Releases the addresses that are a project's in the driver and nobody's in Nova; whether there were any."""
    if not driver.supports("hold"):
        # One that is just being allocated could not be told from them.
        return False
    found = False
    for block in _blocks(driver, pool):
        # Before the rows are read, so that whatever is confirmed here had its row then.
        for address, allocation in sorted(addresses.allocated(driver, block).items()):
            if allocation.hold_until or allocation.used_by_tenant is None or allocation.interface is not None:
                continue
            row = rows.floating(address)
            if row is not None and row.pool == pool and row.project is None and row.fixed_ip is None:
                addresses.release(driver, block, allocation)
                LOG.warning("floating IP %s was allocated in ip_driver, but is no project's in Nova: it is released", address)
                found = True
    return found


def deallocate(context, row):
    """Takes an address from its project. row: of rows.floating()."""
    driver = connection.get()
    block = _block_of(driver, row)
    # Before the row is free: until then, it can be nobody else's.
    allocation = addresses.find(driver, block, row.address)
    result = _nova_db().floating_ip_deallocate(context, row.address)
    if allocation is not None and allocation.state == "allocated":
        _unpair(context, driver, block, row)
        _give_back(driver, block, allocation)
    return result


def associate(context, row, fixed_address, host):
    """Associates a floating IP with a fixed one, in Nova and then in the driver, or in neither."""
    driver = connection.get()
    block = _block_of(driver, row)
    result = _nova_db().floating_ip_fixed_ip_associate(context, row.address, fixed_address, host)
    done = False
    try:
        _pair(context, driver, block, row.address)
        done = True
    finally:
        if not done:
            try:
                rows.reassociate_floating(row)
                _pair(context, driver, block, row.address)
            except Exception:
                LOG.exception("the association of floating IP %s with %s failed half-way", row.address, fixed_address)
    return result


def disassociate(context, row):
    """Ends the association of a floating IP, in Nova and then in the driver."""
    driver = connection.get()
    block = _block_of(driver, row)
    result = _nova_db().floating_ip_disassociate(context, row.address)
    _unpair(context, driver, block, row)
    return result


def _unpair(context, driver, block, row):
    """Ends the driver's pairs of a floating IP that Nova has not any more. A failure is not the caller's."""
    try:
        _pair(context, driver, block, row.address)
    except errors.Error as error:
        LOG.warning("floating IP %s is still associated in ip_driver, until it is associated again or released: %s", row.address,
                    error)


def _pair(context, driver, block, address):
    """Makes the driver's pairs of a floating IP what Nova's row says: one or none."""
    row = rows.floating(address)
    fixed = rows.row(row.fixed_ip) if row is not None and row.fixed_ip is not None else None
    home = _home(context, driver, fixed) if fixed is not None else None
    tenant = _scope(driver, block.tenant)
    if home is not None and _scope(driver, home.tenant) != tenant:
        raise errors.NotAllowed("floating IP %s: this backend associates within a tenant only, not %s of %s with one of %s" % (
            address, fixed.address, home.tenant, block.tenant))
    right = (home.id, fixed.address) if home is not None else None
    found = [(local.block, local.address) for local in
             driver.nat.list_locals(tenant=tenant, block=block.id, address=address)]
    this = [(block.id, address)]
    other = [pair for pair in found if pair != right]
    if other:
        driver.nat.remove(tenant=tenant, locals=other, globals=this)
    if right is not None and right not in found:
        driver.nat.add(tenant=tenant, locals=[right], globals=this)


def _home(context, driver, fixed):
    """The block of a fixed IP."""
    network = _nova_db().network_get(context.elevated(), fixed.network_id)
    default = connection.default_tenant()
    blocks = mapping.network_blocks(driver, network, mapping.network_tenant(network, default), default)
    if 4 not in blocks:
        raise errors.NotFound("network %s has no IPv4 block in ip_driver" % network["uuid"])
    return blocks[4]
