"""The managers for 2014.1 (Icehouse) to 20.x (Train), where nova-network reads and writes through nova.objects.

The driver picks an address first, as a hold; then its row in fixed_ips is made, unless it exists from an earlier use; then the
stock manager associates that row as if the address had been asked for; then the hold is confirmed. An address is released as
soon as its row is associated with nobody. Rows are made when they are needed first, and stay.

Whatever the driver believes, an address whose row is in use is never given: such an address is marked as allocated, and another
one is taken. So a process that dies at any point can make an address rest in vain for a while, but never be given twice.
"""
import hashlib
import logging
import re
import time
import types

from nova import exception
from nova.network import manager as stock

from ip_driver import errors
from ip_driver.nova import addresses, connection, ip_text, mapping, options, reconcile
from ip_driver.nova import errors as nova_errors

LOG = logging.getLogger(__name__)

if hasattr(stock, "objects"):
    # Filled when the service starts, with the newest version of each.
    objects = stock.objects
else:
    # 2014.1 has the modules only.
    from nova.objects import fixed_ip, instance, network, virtual_interface

    class objects(object):
        FixedIP = fixed_ip.FixedIP
        FixedIPList = fixed_ip.FixedIPList
        Instance = instance.Instance
        Network = network.Network
        NetworkList = network.NetworkList
        VirtualInterface = virtual_interface.VirtualInterface

# What mapping.instance_device() and host_device() make: reconciling leaves alone what is on any other device.
_OURS = re.compile(r"^(%s.*|\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$" % mapping.HOST_PREFIX)


def _admin(context):
    """For reading rows that may be another project's, and never deleted ones."""
    return context.elevated(read_deleted="no")


def _row_of(network):
    """A network as mapping wants it, with text where the objects have numbers of netaddr."""
    def text(key):
        return None if network[key] is None else str(network[key])
    return dict((key, text(key)) for key in ("uuid", "project_id", "cidr", "cidr_v6", "gateway", "gateway_v6", "dns1", "dns2"))


def _block_of(driver, network):
    """The IPv4 block of a network."""
    default = connection.default_tenant()
    blocks = mapping.network_blocks(driver, network, mapping.network_tenant(network, default), default)
    if 4 not in blocks:
        raise errors.NotFound("network %s has no IPv4 block in ip_driver" % network["uuid"])
    return blocks[4]


def _in_use(row):
    """Whether a row is associated with an instance, or is the DHCP address of a host."""
    return row.instance_uuid is not None or row.host is not None


class _OnDriver(object):
    """What the three managers have in common, in front of the stock class."""

    def __init__(self, *args, **kwargs):
        super(_OnDriver, self).__init__(*args, **kwargs)
        options.conf()
        self._ip_driver_reconciler = None
        self._ip_driver_reconciled_at = None

    # Networks

    def _create_fixed_ips(self, context, network_id, fixed_cidr=None, extra_reserved=None, bottom_reserved=None,
                          top_reserved=None):
        """Creates the blocks of a network, and the rows of its reserved addresses only. What fails leaves no network behind.

        2014.1 gives neither extra_reserved nor the other two: there the manager says how many.
        """
        network = self._get_network_by_id(context, network_id)
        row = _row_of(network)
        bottom = self._bottom_reserved_ips if bottom_reserved is None else bottom_reserved
        top = self._top_reserved_ips if top_reserved is None else top_reserved
        part = str(fixed_cidr) if fixed_cidr else row["cidr"]
        first, last = ip_text.bounds(part)
        numbers = set(range(first, min(first + bottom, last + 1))) | set(range(max(last + 1 - top, first), last + 1))
        numbers.update(number for number in map(ip_text.to_int, extra_reserved or []) if first <= number <= last)
        reserved = [ip_text.of_int(number, 4) for number in sorted(numbers)]
        tenant = mapping.network_tenant(row, connection.default_tenant())
        done = False
        try:
            mapping.create_network(connection.get(), row, tenant, reserved, ip_text.outside(row["cidr"], part))
            if reserved:
                objects.FixedIPList.bulk_create(context, [
                    {"network_id": network_id, "address": address, "reserved": True} for address in reserved])
            done = True
        finally:
            if not done:
                self._quietly(self._delete_blocks, row)
                self._quietly(network.destroy)

    def delete_network(self, context, fixed_range, uuid, *args, **kwargs):
        """The stock one, then the blocks. If only the blocks remained of an earlier attempt, these."""
        admin = _admin(context)
        try:
            if uuid:
                network = objects.Network.get_by_uuid(admin, uuid)
            else:
                network = objects.Network.get_by_cidr(admin, fixed_range)
        except exception.NetworkNotFound:
            if uuid and self._delete_remains(str(uuid)):
                return None
            raise
        result = super(_OnDriver, self).delete_network(context, fixed_range, uuid, *args, **kwargs)
        self._delete_blocks(_row_of(network))
        return result

    @staticmethod
    def _delete_blocks(network):
        default = connection.default_tenant()
        mapping.delete_network(connection.get(), network, mapping.network_tenant(network, default), default)

    def _delete_remains(self, uuid):
        """Deletes the blocks of a network without a row. False: there are none that were made for a network of Nova."""
        driver = connection.get()
        network = {"uuid": uuid, "project_id": None}
        try:
            block = _block_of(driver, network)
            if block.policy is None:
                return False
            policy = driver.policy.get(tenant=block.tenant, id=block.policy)
        except errors.NotFound:
            return False
        if policy.name != mapping.policy_name(network):
            return False
        self._delete_blocks(network)
        return True

    def validate_networks(self, context, networks):
        """The stock one knows requested addresses by their rows: an address that has none yet is looked up in the driver."""
        if networks:
            networks = [(uuid, None if self._is_free(context, uuid, address) else address) for uuid, address in networks]
        return super(_OnDriver, self).validate_networks(context, networks)

    def _is_free(self, context, network_uuid, address):
        """Whether it has no row, but can be had. False: the stock manager may judge it. Raises FixedIpAlreadyInUse."""
        if address is None:
            return False
        try:
            text = ip_text.canonical(str(address))
            objects.FixedIP.get_by_address(_admin(context), text)
            return False
        except (ValueError, EnvironmentError, exception.FixedIpInvalid):
            return False
        except exception.FixedIpNotFoundForAddress:
            pass
        driver = connection.get()
        try:
            block = _block_of(driver, {"uuid": network_uuid, "project_id": context.project_id})
        except errors.NotFound:
            return False
        if not ip_text.contains(block.cidr, text):
            return False
        found = addresses.find(driver, block, text)
        if found is not None:
            raise exception.FixedIpAlreadyInUse(address=text, instance_uuid=found.used_by_device)
        return True

    # Taking addresses

    def allocate_fixed_ip(self, context, instance_id, network, **kwargs):
        """The stock one, with an address that the driver gave."""
        if kwargs.get("vpn") or not network["cidr"]:
            # The VPN's address is a reserved one, which the driver gives to nobody; and IPv6 addresses have no rows.
            return super(_OnDriver, self).allocate_fixed_ip(context, instance_id, network, **kwargs)
        driver = connection.get()
        user = self._user_of_instance(context, instance_id, network["id"], network["project_id"])
        block, allocation, _row = self._take(context, driver, network, user, kwargs.get("address"))
        kwargs["address"] = allocation.address
        done = False
        try:
            # Nova's database lets only an administrator associate a certain address; a user who adds one to his instance is
            # none.
            result = super(_OnDriver, self).allocate_fixed_ip(context.elevated(), instance_id, network, **kwargs)
            done = True
        finally:
            if not done:
                self._quietly(self._settle, context, driver, block, allocation, user)
        self._quietly(self._confirm, context, driver, block, allocation, user)
        return result

    def _take(self, context, driver, network, user, wanted=None):
        """Takes an address in the driver whose row nobody uses. Returns its block, the allocation and the row."""
        wanted = None if wanted is None else ip_text.canonical(str(wanted))
        try:
            block = _block_of(driver, network)
        except errors.NotFound as error:
            LOG.error("%s", error)
            raise exception.NoMoreFixedIps(net=network["uuid"])
        while True:
            try:
                allocation = addresses.take(driver, block, user, wanted)
            except errors.Error as error:
                known = wanted is not None and addresses.find(driver, block, wanted) is not None
                raise nova_errors.of_allocation(error, network, wanted, user["device"], known)
            row = None
            try:
                row = self._row(context, network, allocation.address)
            finally:
                if row is None:
                    self._quietly(addresses.give_back, driver, block, allocation)
            host = user["device"] if row.host is None else mapping.host_device(row.host)
            if not (row.instance_uuid is not None or row.reserved or host != user["device"]
                    or row.network_id not in (None, network["id"])):
                return block, allocation, row
            self._adopt(context, driver, block, allocation, row)
            if wanted is not None:
                raise exception.FixedIpAlreadyInUse(address=wanted, instance_uuid=row.instance_uuid)

    @staticmethod
    def _row(context, network, address):
        """The row of an address, made if there is none."""
        admin = _admin(context)
        try:
            return objects.FixedIP.get_by_address(admin, address)
        except exception.FixedIpNotFoundForAddress:
            pass
        row = objects.FixedIP(context=admin)
        row.address = address
        row.network_id = network["id"]
        row.allocated = row.leased = row.reserved = False
        row.instance_uuid = row.host = row.virtual_interface_id = None
        try:
            row.create()
            return row
        except exception.FixedIpExists:
            return objects.FixedIP.get_by_address(admin, address)

    def _adopt(self, context, driver, block, allocation, row):
        """Allocates an address, which was free in the driver, to whoever Nova says uses it."""
        LOG.warning("ip_driver gave %s, which Nova has in use: it is allocated, and another one taken", allocation.address)
        addresses.give_back(driver, block, allocation)
        try:
            adopted = addresses.take(driver, block, self._user_of_row(context, row), allocation.address)
        except (errors.Duplicate, errors.Locked):
            # Another one has taken it meanwhile, and will find the same; or it rests, and is given to nobody now.
            return
        addresses.confirm(driver, block, adopted)

    def _confirm(self, context, driver, block, allocation, user):
        """Makes an allocation permanent whose row is associated."""
        try:
            addresses.confirm(driver, block, allocation)
        except errors.NotFound:
            # The hold has lapsed, or the address is released already.
            if not self._is_used(context, allocation.address):
                return
            try:
                addresses.confirm(driver, block, addresses.take(driver, block, user, allocation.address))
            except errors.Duplicate:
                # Whoever has it finds the row in use, and leaves the address to it.
                pass

    def _settle(self, context, driver, block, allocation, user):
        """After a failure: what the row says is what happened."""
        if self._is_used(context, allocation.address):
            self._confirm(context, driver, block, allocation, user)
        else:
            addresses.give_back(driver, block, allocation)

    @staticmethod
    def _is_used(context, address):
        try:
            return _in_use(objects.FixedIP.get_by_address(_admin(context), address))
        except exception.FixedIpNotFoundForAddress:
            return False

    @staticmethod
    def _user_of_instance(context, instance_uuid, network_id, project=None):
        """Who uses an address of an instance, as addresses.take() wants it."""
        if not project:
            try:
                project = objects.Instance.get_by_uuid(context.elevated(read_deleted="yes"), instance_uuid,
                                                         expected_attrs=[]).project_id
            except exception.InstanceNotFound:
                pass
        vif = objects.VirtualInterface.get_by_instance_and_network(_admin(context), instance_uuid, network_id)
        return {"interface": vif.uuid if vif else mapping.new_interface(),
                "mac": vif.address if vif else None,
                "device": mapping.instance_device(instance_uuid),
                "used_by_tenant": project}

    def _user_of_row(self, context, row):
        """Who uses a row, in the arguments of addresses.take(). A reserved row: nobody in particular."""
        if row.instance_uuid is not None:
            return self._user_of_instance(context, row.instance_uuid, row.network_id)
        if row.host is not None:
            return {"interface": mapping.new_interface(), "device": mapping.host_device(row.host)}
        return {}

    @stock.utils.synchronized("ip_driver_get_dhcp")
    def _get_dhcp_ip(self, context, network_ref, host=None):
        """The stock one, which finds the row of the host's address: it is made before."""
        if self._has_own_dhcp_ip(network_ref):
            try:
                objects.FixedIP.get_by_network_and_host(context, network_ref["id"], host or self.host)
            except exception.FixedIpNotFoundForNetworkHost:
                self._take_dhcp_ip(context, network_ref, host or self.host)
        return super(_OnDriver, self)._get_dhcp_ip(context, network_ref, host)

    def _has_own_dhcp_ip(self, network_ref):
        if hasattr(self, "_uses_shared_ip"):
            return not self._uses_shared_ip(network_ref)
        # 2014.1
        return network_ref.get("multi_host") and not stock.CONF.share_dhcp_address

    def _take_dhcp_ip(self, context, network, host):
        driver = connection.get()
        user = {"device": mapping.host_device(host)}
        if driver.supports("request_key"):
            # Another process of this host gets the same address, and so does this one after a failure.
            key = "%s %s" % (network["uuid"], host)
            user["request_key"] = "dhcp " + hashlib.sha256(key.encode("utf-8")).hexdigest()
        block, allocation, row = self._take(context, driver, network, user)
        done = False
        try:
            row.host = host
            row.save()
            done = True
        finally:
            if not done:
                self._quietly(self._settle, context, driver, block, allocation, user)
        self._quietly(self._confirm, context, driver, block, allocation, user)

    # Giving them back

    def deallocate_fixed_ip(self, context, address, *args, **kwargs):
        """The stock one. Without DHCP this frees the row, with DHCP it may."""
        given = self._given(context, address)
        try:
            return super(_OnDriver, self).deallocate_fixed_ip(context, address, *args, **kwargs)
        finally:
            self._release_if_free(context, address, given)

    def release_fixed_ip(self, context, address, *args, **kwargs):
        """The stock one: called when a lease ends."""
        given = self._given(context, address)
        try:
            return super(_OnDriver, self).release_fixed_ip(context, address, *args, **kwargs)
        finally:
            self._release_if_free(context, address, given)

    def remove_fixed_ip_from_instance(self, context, instance_id, host, address, *args, **kwargs):
        """The stock one: deallocates, and frees the row if it is not leased."""
        given = self._given(context, address)
        try:
            return super(_OnDriver, self).remove_fixed_ip_from_instance(context, instance_id, host, address, *args, **kwargs)
        finally:
            self._release_if_free(context, address, given)

    def _given(self, context, address):
        """The allocation of an address that is associated, to be released with its row: (block, allocation); None if there is
        none, or if that cannot be found out now: then reconciling releases it."""
        return self._quietly(self._find_given, context, address)

    @staticmethod
    def _find_given(context, address):
        try:
            row = objects.FixedIP.get_by_address(_admin(context), str(address), expected_attrs=["network"])
        except exception.FixedIpNotFoundForAddress:
            return None
        if row.reserved or row.instance_uuid is None or row.network is None:
            return None
        driver = connection.get()
        block = _block_of(driver, row.network)
        allocation = addresses.find(driver, block, str(row.address))
        # Released by another one since the row was read, and taken by a third: that is on another device.
        if allocation is None or allocation.used_by_device not in (None, mapping.instance_device(row.instance_uuid)):
            return None
        return block, allocation

    def _release_if_free(self, context, address, given):
        if given is not None:
            self._quietly(self._release, context, str(address), given)

    def _release(self, context, address, given):
        block, allocation = given
        if not self._is_used(context, address):
            addresses.release(connection.get(), block, allocation)

    @staticmethod
    def _quietly(function, *arguments):
        """For what must not hide the result of the stock manager: a failure is left to reconciling."""
        try:
            return function(*arguments)
        except Exception:
            LOG.exception("ip_driver: left to be reconciled")
            return None

    # Reconciling

    def _reconcile_when_due(self, context):
        """Releases what _disassociate_stale_fixed_ips() has freed (of which it tells only how many), and what a failure left."""
        grace = options.conf().ip_driver_reconcile_grace
        now = time.time()
        if self._ip_driver_reconciled_at is not None and now < self._ip_driver_reconciled_at + grace:
            return
        self._ip_driver_reconciled_at = now
        driver = connection.get()
        if self._ip_driver_reconciler is None:
            self._ip_driver_reconciler = reconcile.Reconciler(driver, grace)
        admin = _admin(context)
        try:
            found = objects.NetworkList.get_all(admin)
        except exception.NoNetworksFound:
            return
        for network in found:
            if network["cidr"] and (network["multi_host"] or network["host"] in (None, self.host)):
                self._quietly(self._reconcile, admin, driver, network)

    def _reconcile(self, context, driver, network):
        def living(allocated):
            rows = dict((str(row.address), True) for row in objects.FixedIPList.get_by_network(context, network))
            # Those that are not of a living instance: leased still, a host's, reserved since, or of nobody.
            for address, allocation in allocated.items():
                if address in rows:
                    continue
                if not _OURS.match(allocation.used_by_device or ""):
                    rows[address] = False
                    continue
                try:
                    row = objects.FixedIP.get_by_address(context, address)
                except exception.FixedIpNotFoundForAddress:
                    continue
                if _in_use(row) or row.reserved:
                    rows[address] = _in_use(row)
            return rows

        def user(address):
            try:
                row = objects.FixedIP.get_by_address(context, address)
            except exception.FixedIpNotFoundForAddress:
                return None
            # A reserved one in use, as a VPN's is, need not be allocated: nobody is given it anyway.
            return self._user_of_row(context, row) if _in_use(row) and not row.reserved else None

        self._ip_driver_reconciler.run(_block_of(driver, network), living, user)


def _reconcile_task():
    """The periodic task: Nova finds it in the very class only, and writes its schedule onto the function.

    It stands beside the stock _disassociate_stale_fixed_ips(): a task is run as the base class defined it, not as
    it is overridden.
    """
    def _reconcile_with_ip_driver(self, context):
        self._reconcile_when_due(context)
    return stock.periodic_task.periodic_task(_reconcile_with_ip_driver)


class FlatManager(_OnDriver, stock.FlatManager):
    """Nova's FlatManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()


class FlatDHCPManager(_OnDriver, stock.FlatDHCPManager):
    """Nova's FlatDHCPManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()


class _ConfOfStockVlan(object):
    """Nova's options, except that the network manager is the stock VlanManager."""

    network_manager = "nova.network.manager.VlanManager"

    def __init__(self, conf):
        self._conf = conf

    def __getattr__(self, name):
        return getattr(self._conf, name)


class VlanManager(_OnDriver, stock.VlanManager):
    """Nova's VlanManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()

    def _do_create_networks(self, context, *args, **kwargs):
        """The stock one, which gives a network its VLAN, bridge and VPN only if the option names the stock class."""
        method = stock.VlanManager._do_create_networks
        function = getattr(method, "__func__", method)
        # The function again, for this call alone, with other options: changing the option itself, even for a moment, would show
        # in other green threads.
        again = types.FunctionType(function.__code__, dict(function.__globals__, CONF=_ConfOfStockVlan(stock.CONF)),
                                   function.__name__, function.__defaults__, function.__closure__)
        return again(self, context, *args, **kwargs)
