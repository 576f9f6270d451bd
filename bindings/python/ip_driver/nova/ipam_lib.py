"""The IPAM library of Essex's QuantumManager: quantum_ipam_lib = ip_driver.nova.ipam_lib.

Nova's networks table keeps a bare row for each network, because Nova reads it elsewhere; the addresses are the driver's alone.
Where the Quantum library of Nova (nova.network.quantum.nova_ipam_lib) was in use before, its rows in fixed_ips and floating_ips
are honoured until they are gone.

Nothing is opened before the first call that needs an address: nova-compute too instantiates the manager.
"""
import logging
import re
import time

from ip_driver import errors
from ip_driver.nova import addresses, connection, ip_text, mapping, options
from ip_driver.nova import errors as nova_errors

LOG = logging.getLogger(__name__)

# An instance as mapping.instance_device() names it: reconciling leaves alone what is on anything else.
_INSTANCE = re.compile(r"^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


def get_ipam_lib(net_man):
    """Called by NetworkManager._import_ipam_lib(). net_man: the manager."""
    lib = IpamLib(net_man)
    _reconcile_periodically(net_man, lib)
    return lib


def _reconcile_periodically(net_man, lib):
    """Adds reconciling to the periodic tasks of this one manager."""
    from nova import manager

    def reconcile_ip_driver(_manager, context):
        lib.reconcile_when_due(context)

    task = manager.periodic_task(reconcile_ip_driver)
    # Both belong to the class; a copy, so that another manager of it does not get the task of this one.
    net_man._periodic_tasks = net_man._periodic_tasks + [(task.__name__, task)]
    net_man._ticks_to_skip = dict(net_man._ticks_to_skip, **{task.__name__: 0})


class IpamLib(object):
    """What the callers, nova.network.manager and nova.network.quantum.manager of 2012.1, expect of an IPAM library."""

    def __init__(self, net_man):
        from nova import db, exception, flags
        self.net_manager = net_man
        self._db = db
        self._exception = exception
        self._flags = flags.FLAGS
        options.conf()
        self._reconciled_at = None

    # Networks

    def create_subnet(self, context, label, tenant_id, quantum_net_id, priority, cidr=None, gateway=None, gateway_v6=None,
                      cidr_v6=None, dns1=None, dns2=None):
        """Creates the row and the blocks of a network; both or none."""
        admin = context.elevated()
        # The bridge is what Nova's drivers name the gateway's device after.
        row = {"uuid": quantum_net_id, "project_id": tenant_id, "priority": priority, "label": label, "multi_host": False,
               "bridge": quantum_net_id, "dns1": dns1, "dns2": dns2, "dhcp_start": None}
        row.update(self._row_of_v4(cidr, gateway))
        row.update(self._row_of_v6(cidr_v6, gateway_v6))
        try:
            self._db.network_get_by_uuid(admin, quantum_net_id)
        except self._exception.NetworkNotFound:
            pass
        else:
            raise ValueError("network %s already exists" % quantum_net_id)
        driver = connection.get()
        self._check_blocks(driver, row)
        made = self._db.network_create_safe(admin, row)
        if not made:
            raise ValueError("network %s already exists" % quantum_net_id)
        try:
            mapping.create_network(driver, row, self._owner(row), [])
        except Exception as problem:
            # The row last: while it is there, deleting the network can be tried again.
            self._db.network_delete_safe(admin, made["id"])
            raise self._not_created(problem)

    def _row_of_v4(self, cidr, gateway):
        if not cidr:
            return {"cidr": None, "gateway": None}
        first, last = ip_text.bounds(cidr)
        length = int(cidr.split("/")[1])
        return {
            "cidr": "%s/%d" % (ip_text.of_int(first, 4), length),
            "netmask": ip_text.of_int((1 << 32) - (1 << 32 - length), 4),
            "gateway": gateway or ip_text.of_int(first + 1, 4),
            "broadcast": ip_text.of_int(last, 4),
            "dhcp_start": ip_text.of_int(first + 2, 4) if self._flags.quantum_use_dhcp else None,
        }

    @staticmethod
    def _row_of_v6(cidr, gateway):
        if not cidr:
            return {"cidr_v6": None, "gateway_v6": None}
        first = ip_text.bounds(cidr)[0]
        length = int(cidr.split("/")[1])
        return {
            "cidr_v6": "%s/%d" % (ip_text.of_int(first, 6), length),
            "netmask_v6": str(length),
            "gateway_v6": gateway or ip_text.of_int(first + 1, 6),
        }

    def _check_blocks(self, driver, row):
        """Blocks made by others before, as with the tools of Melange, are taken over if they are what is asked for."""
        for version, block in self._blocks(driver, row).items():
            wanted = row["cidr_v6" if version == 6 else "cidr"]
            if wanted and block.cidr != wanted:
                raise ValueError("network %s already has a block %s" % (row["uuid"], block.cidr))

    @staticmethod
    def _not_created(problem):
        """The exception for a network whose blocks could not be made: what nova-manage shows its user."""
        if isinstance(problem, (errors.Invalid, errors.NotAllowed, errors.Duplicate)):
            return ValueError(problem.message)
        return problem

    def delete_subnets_by_net_id(self, context, net_id, project_id):
        """Deletes the blocks, and then the row; after a failure it can be tried again."""
        admin = context.elevated()
        network = self._db.network_get_by_uuid(admin, net_id)
        mapping.delete_network(connection.get(), network, self._owner(network))
        self._db.network_delete_safe(admin, network["id"])

    def get_global_networks(self, admin_context):
        """Rows of the networks of no project. Nova's Melange library wrote the default tenant in these."""
        found = list(self._db.project_get_networks(admin_context, None, False))
        return found + list(self._db.project_get_networks(admin_context, connection.default_tenant(), False))

    def get_project_networks(self, admin_context):
        """Rows of the networks of all projects."""
        try:
            networks = self._db.network_get_all(admin_context.elevated())
        except self._exception.NoNetworksFound:
            return []
        return [network for network in networks if self._project(network) is not None]

    def get_project_and_global_net_ids(self, context, project_id):
        """[(uuid, project)] of the networks that an instance of the project gets; lowest priority first."""
        admin = context.elevated()
        networks = []
        if project_id is not None and project_id != connection.default_tenant():
            networks = list(self._db.project_get_networks(admin, project_id, False))
        networks.extend(self.get_global_networks(admin))
        networks.sort(key=lambda network: network["priority"] or 0)
        return [(network["uuid"], self._project(network)) for network in networks]

    def get_tenant_id_by_net_id(self, context, net_id, vif_id, project_id):
        """The tenant of a network's blocks."""
        return self._owner(self._db.network_get_by_uuid(context.elevated(), net_id))

    def verify_subnet_exists(self, context, tenant_id, quantum_net_id):
        """True if the network has a row and blocks. Without a row, as Nova's own library does, NetworkNotFoundForUUID."""
        network = self._db.network_get_by_uuid(context.elevated(), quantum_net_id)
        return bool(self._blocks(connection.get(), network))

    def get_subnets_by_net_id(self, context, tenant_id, net_id, _vif_id=None):
        """One dict for each family of a network; of several blocks of a family, the one that the VIF has an address of."""
        driver = connection.get()
        network = self._db.network_get_by_uuid(context.elevated(), net_id)
        blocks = self._blocks(driver, network)
        if _vif_id is not None:
            taken = set(found.address.block for found in self._held(driver, network, _vif_id))
            for block in self._all_blocks(driver, network):
                if block.id in taken:
                    blocks[block.version] = block
        return [{
            "network_id": block.network,
            "id": block.id,
            "cidr": block.cidr,
            "gateway": block.gateway,
            "broadcast": block.broadcast,
            "netmask": block.netmask,
            "version": block.version,
            "dns1": block.dns1,
            "dns2": block.dns2,
        } for _version, block in sorted(blocks.items())]

    def get_routes_by_ip_block(self, context, block_id, project_id):
        """[{destination, netmask, gateway}] of a block; a route without a netmask is one to a host."""
        driver = connection.get()
        # Whose block it is, the caller need not know: project_id is the network's project, or Quantum's default tenant.
        for tenant in self._tenants(driver, project_id):
            try:
                routes = list(driver.route.list(tenant=tenant, block=block_id))
            except errors.NotFound:
                continue
            return [{
                "destination": route.destination,
                "netmask": route.netmask or ("128" if ":" in route.destination else "255.255.255.255"),
                "gateway": route.gateway,
            } for route in routes]
        return []

    # Addresses

    def allocate_fixed_ips(self, context, tenant_id, quantum_net_id, network_tenant_id, vif_rec):
        """Gives a VIF an address of each family that the network has, IPv4 first; all or none."""
        driver = connection.get()
        network = self._db.network_get_by_uuid(context.elevated(), quantum_net_id)
        owner = self._owner(network)
        try:
            got = driver.network.allocate(
                tenant=owner, network=quantum_net_id, interface=vif_rec["uuid"], mac=vif_rec["address"],
                device=mapping.instance_device(vif_rec["instance_id"]), used_by_tenant=tenant_id or owner)
        except errors.NotFound:
            raise self._exception.NetworkNotFoundForUUID(uuid=quantum_net_id)
        except errors.Error as error:
            raise nova_errors.of_allocation(error, network)
        families = set(allocation.address.version for allocation in got)
        if (network["cidr"] and 4 not in families) or (network["cidr_v6"] and 6 not in families):
            # The driver leaves out a family that is full; an instance with half of its addresses is of no use.
            self._release(driver, network, vif_rec["uuid"])
            raise self._exception.NoMoreFixedIps()
        return [allocation.address.address for allocation in got]

    def deallocate_ips_by_vif(self, context, tenant_id, net_id, vif_ref):
        """Releases all that a VIF has, and the VIF itself."""
        admin = context.elevated()
        self._deallocate_rows(context, tenant_id, net_id, vif_ref)
        network = self._db.network_get_by_uuid(admin, net_id)
        if not self._release(connection.get(), network, vif_ref["uuid"]):
            LOG.error("no fixed IPs to deallocate for vif %s", vif_ref["uuid"])

    def _deallocate_rows(self, context, tenant_id, net_id, vif_ref):
        """Lets Nova's own library deallocate the fixed_ips, and their floating_ips, that it once allocated."""
        if self._db.fixed_ips_by_virtual_interface(context.elevated(), vif_ref["id"]):
            from nova.network.quantum import nova_ipam_lib
            nova_ipam_lib.get_ipam_lib(self.net_manager).deallocate_ips_by_vif(context, tenant_id, net_id, vif_ref)

    def get_v4_ips_by_interface(self, context, net_id, vif_id, project_id):
        """[address] of a VIF."""
        return self._addresses(context, net_id, vif_id, 4)

    def get_v6_ips_by_interface(self, context, net_id, vif_id, project_id):
        """[address] of a VIF."""
        return self._addresses(context, net_id, vif_id, 6)

    def _addresses(self, context, net_id, vif_id, version):
        network = self._db.network_get_by_uuid(context.elevated(), net_id)
        return [held.address.address for held in self._held(connection.get(), network, vif_id)
                if held.address.version == version]

    def get_allocated_ips(self, context, subnet_id, project_id):
        """[(address, VIF)] of a network's IPv4 addresses: the callers make dnsmasq's files for DHCPv4 of them.

        They look up each VIF, and are not prepared for one that has gone.
        """
        admin = context.elevated()
        network = self._db.network_get_by_uuid(admin, subnet_id)
        driver = connection.get()
        found = [address for block in self._all_blocks(driver, network) if block.version == 4
                 for address in self._allocated(driver, block)]
        living = set(vif["uuid"] for vif in self._db.virtual_interface_get_all(admin))
        return [(address.address, address.interface) for address in found if address.interface in living]

    def get_floating_ips_by_fixed_address(self, context, fixed_address):
        """[{address}] of the floating IPs of a fixed one: those paired with it in the driver, and those of Nova's own table."""
        found = self._paired(context, fixed_address)
        try:
            found.extend(row["address"] for row in self._db.floating_ip_get_by_fixed_address(context, fixed_address))
        except self._exception.FixedIpNotFoundForAddress:
            pass
        return [{"address": address} for i, address in enumerate(found) if address not in found[:i]]

    def _paired(self, context, fixed_address):
        driver = connection.get()
        if not driver.supports("nat.list_globals"):
            return []
        tenants = self._tenants(driver, context.project_id)
        matches = [match for tenant in tenants for match in driver.address.find(tenant=tenant, address=fixed_address)
                   if match.block.type == "private" and match.address is not None and match.address.state == "allocated"]
        if len(matches) > 1:
            # The same address on several networks: the caller does not say which, but who asks.
            matches = [match for match in matches if match.address.used_by_tenant == context.project_id]
        try:
            return [address.address for match in matches
                    for address in driver.nat.list_globals(tenant=match.block.tenant, block=match.block.id,
                                                           address=fixed_address)]
        except errors.NotFound:
            return []

    def create_vif(self, vif_id, instance_id, project_id=None):
        """Makes a VIF with a MAC address of the driver's ranges. Returns the MAC address."""
        driver = connection.get()
        tenant = project_id or connection.default_tenant()
        try:
            mac = driver.interface.create(tenant=tenant, id=vif_id, device=mapping.instance_device(instance_id)).mac
        except (errors.Exhausted, errors.Duplicate) as problem:
            LOG.error("no MAC address for vif %s: %s", vif_id, problem.message)
            raise self._exception.VirtualInterfaceMacAddressException()
        if mac is None:
            driver.interface.delete(tenant=tenant, id=vif_id)
            LOG.error("no MAC address for vif %s: the backend has no range of them", vif_id)
            raise self._exception.VirtualInterfaceMacAddressException()
        return mac

    # Reconciling

    def reconcile_when_due(self, context):
        """Reconciles if that was not done within the grace: nothing younger is released anyway."""
        now = time.time()
        if self._reconciled_at is None or now >= self._reconciled_at + options.conf().ip_driver_reconcile_grace:
            self._reconciled_at = now
            self.reconcile(context)

    def reconcile(self, context):
        """Releases what VIFs hold that are no more: QuantumManager deletes a VIF even if its addresses cannot be released."""
        admin = context.elevated()
        driver = connection.get()
        oldest = time.time() - options.conf().ip_driver_reconcile_grace
        suspects = {}
        try:
            networks = self._db.network_get_all(admin)
        except self._exception.NoNetworksFound:
            return
        for network in networks:
            for block in self._all_blocks(driver, network):
                for address in self._allocated(driver, block):
                    if address.updated_at <= oldest and _INSTANCE.match(address.used_by_device or ""):
                        suspects.setdefault(address.interface, network)
        # After the addresses: a VIF that was made in between is among the living, and one of before cannot be missed.
        living = set(vif["uuid"] for vif in self._db.virtual_interface_get_all(admin))
        for interface, network in suspects.items():
            if interface not in living and self._release(driver, network, interface):
                LOG.warning("released the addresses of vif %s, which is no more", interface)

    # Nova's rows in the driver's words

    @staticmethod
    def _owner(network):
        return mapping.network_tenant(network, connection.default_tenant())

    @staticmethod
    def _tenants(driver, project):
        """Where to look for what belongs to a project or to all; if the backend can, everywhere."""
        if driver.supports("all_tenants"):
            return [None]
        default = connection.default_tenant()
        return [default] if project in (None, default) else [project, default]

    @staticmethod
    def _project(network):
        """The project of a network; None: of all."""
        project = network["project_id"]
        return project if project != connection.default_tenant() else None

    def _blocks(self, driver, network):
        try:
            return mapping.network_blocks(driver, network, self._owner(network), connection.default_tenant())
        except errors.NotFound:
            return {}

    def _all_blocks(self, driver, network):
        try:
            return list(driver.network.get(tenant=self._owner(network), network=network["uuid"]))
        except errors.NotFound:
            return []

    def _held(self, driver, network, vif_id):
        """What a VIF holds on a network."""
        try:
            return list(driver.network.list(tenant=self._owner(network), network=network["uuid"], interface=vif_id))
        except errors.NotFound:
            return []

    @staticmethod
    def _allocated(driver, block):
        """Those that an interface has."""
        found = addresses.allocated(driver, block)
        return [found[text] for text in sorted(found, key=ip_text.to_int) if found[text].interface is not None]

    def _release(self, driver, network, vif_id):
        """Releases all that a VIF has on a network, and the VIF. False: it had nothing."""
        owner = self._owner(network)
        held = self._held(driver, network, vif_id)
        tenants = [None] if driver.supports("all_tenants") else []
        if held and not tenants:
            # The VIF is its user's; which tenant that is, a list of a network's addresses need not tell.
            first = held[0].address
            try:
                tenants = [driver.address.get(tenant=owner, block=first.block, address=first.address).used_by_tenant]
            except errors.NotFound:
                # Released since, by another one.
                pass
        try:
            driver.network.deallocate(tenant=owner, network=network["uuid"], interface=vif_id)
        except errors.NotFound:
            pass
        for tenant in tenants:
            try:
                driver.interface.delete(tenant=tenant, id=vif_id)
            except errors.NotFound:
                pass
        return bool(held)
