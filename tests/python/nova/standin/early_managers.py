"""Stands for nova.network.manager of 2012.1 (Essex), 2012.2, 2013.1 and 2013.2 (Havana).

FlatManager, FlatDHCPManager, VlanManager and their bases with the methods that decide about fixed IPs, in the order and
with the calls of self.db that they have at these tags: allocate_for_instance, deallocate_for_instance,
_allocate_fixed_ips, allocate_fixed_ip, deallocate_fixed_ip, lease_fixed_ip, release_fixed_ip, add_fixed_ip_to_instance,
remove_fixed_ip_from_instance, _get_dhcp_ip, create_networks, delete_network, _create_fixed_ips, validate_networks,
_disassociate_stale_fixed_ips. Quotas, RPC to other hosts, DNS entries, floating IPs, bridges and dnsmasq are left out.
"""
import datetime
import socket
import struct
import uuid


class IPNetwork(object):
    """Stands for netaddr.IPNetwork, of IPv4."""

    def __init__(self, cidr):
        address, length = str(cidr).split("/")
        self.size = 1 << (32 - int(length))
        self._first = struct.unpack("!I", socket.inet_aton(address))[0] & ~(self.size - 1)
        self._length = int(length)

    def __getitem__(self, index):
        return socket.inet_ntoa(struct.pack("!I", self._first + index + (self.size if index < 0 else 0)))

    def __len__(self):
        return self.size

    def __str__(self):
        return "%s/%d" % (self[0], self._length)

    def subnets(self, length, count):
        for index in range(count):
            offset = index << (32 - length)
            if offset >= self.size:
                return
            yield IPNetwork("%s/%d" % (self[offset], length))


def make(release, modules):
    """The contents of nova.network.manager of a release."""
    exception = modules["nova.exception"]
    essex = release == "2012.1"
    by_uuid = not essex
    column = "instance_uuid" if by_uuid else "instance_id"
    periodic_task = modules["nova.openstack.common.periodic_task" if release == "2013.2" else "nova.manager"].periodic_task
    base = modules["nova.manager"].Manager
    conf = modules["conf"]
    counter = [0]

    class NetworkManager(base):
        DHCP = False
        timeout_fixed_ips = True

        def __init__(self, network_driver=None, *args, **kwargs):
            # What is done to the network of a host: [(what, network's id)].
            self.done = []
            super(NetworkManager, self).__init__(*args, **kwargs)

        def _get_dhcp_ip(self, context, network_ref, host=None):
            if not network_ref.get("multi_host"):
                return network_ref["gateway"]
            try:
                return self.db.fixed_ip_get_by_network_host(context, network_ref["id"], host or self.host)["address"]
            except exception.FixedIpNotFoundForNetworkHost:
                return self.db.fixed_ip_associate_pool(context.elevated(), network_ref["id"], host=host or self.host)

        @periodic_task
        def _disassociate_stale_fixed_ips(self, context):
            if self.timeout_fixed_ips:
                time = datetime.datetime.utcnow() - datetime.timedelta(seconds=conf.fixed_ip_disassociate_timeout)
                self.db.fixed_ip_disassociate_all_by_timeout(context, self.host, time)

        def _get_networks_for_instance(self, context, instance_id, project_id, requested_networks=None):
            if requested_networks:
                return self.db.network_get_all_by_uuids(context, [uuid_ for uuid_, _ in requested_networks])
            try:
                networks = self.db.network_get_all(context)
            except exception.NoNetworksFound:
                return []
            return [network for network in networks if not network["vlan"]]

        def allocate_for_instance(self, context, **kwargs):
            instance = kwargs["instance_id"]
            admin = context.elevated()
            networks = self._get_networks_for_instance(admin, instance, kwargs["project_id"], kwargs.get("requested_networks"))
            for network in networks:
                counter[0] += 1
                self.db.virtual_interface_create(context, {
                    "address": "02:16:3e" + "".join(":%02x" % part for part in bytearray(uuid.uuid4().bytes[:3])),
                    column: instance, "network_id": network["id"], "uuid": str(uuid.uuid4())})
            self._allocate_fixed_ips(admin, instance, kwargs.get("host"), networks, vpn=kwargs.get("vpn"),
                                     requested_networks=kwargs.get("requested_networks"))

        def deallocate_for_instance(self, context, **kwargs):
            read_deleted = context.elevated(read_deleted="yes")
            instance = kwargs["instance_id"]
            try:
                fixed_ips = self.db.fixed_ip_get_by_instance(read_deleted, instance)
            except exception.FixedIpNotFoundForInstance:
                fixed_ips = []
            for fixed_ip in fixed_ips:
                self.deallocate_fixed_ip(context, fixed_ip["address"], host=kwargs.get("host"))
            self.db.virtual_interface_delete_by_instance(read_deleted, instance)

        def _allocate_fixed_ips(self, context, instance_id, host, networks, **kwargs):
            requested = kwargs.get("requested_networks")
            for network in networks:
                address = None
                if requested is not None:
                    for address in (fixed_ip for uuid_, fixed_ip in requested if network["uuid"] == uuid_):
                        break
                self.allocate_fixed_ip(context, instance_id, network, vpn=kwargs.get("vpn"), address=address)

        def add_fixed_ip_to_instance(self, context, instance_id, host, network_id):
            self._allocate_fixed_ips(context, instance_id, host, [self._get_network_by_id(context, network_id)])

        def remove_fixed_ip_from_instance(self, context, instance_id, host, address):
            for fixed_ip in self.db.fixed_ip_get_by_instance(context, instance_id):
                if fixed_ip["address"] == address:
                    self.deallocate_fixed_ip(context, address, host)
                    if release in ("2013.1", "2013.2") and not fixed_ip.get("leased"):
                        self.db.fixed_ip_disassociate(context, address)
                    return
            raise exception.FixedIpNotFoundForSpecificInstance(**{column: instance_id, "ip": address})

        def allocate_fixed_ip(self, context, instance_id, network, **kwargs):
            address = None
            if network["cidr"]:
                if kwargs.get("address"):
                    address = self.db.fixed_ip_associate(context, kwargs["address"], instance_id, network["id"])
                else:
                    address = self.db.fixed_ip_associate_pool(context.elevated(), network["id"], instance_id)
                vif = self.db.virtual_interface_get_by_instance_and_network(context, instance_id, network["id"])
                self.db.fixed_ip_update(context, address, {"allocated": True, "virtual_interface_id": vif["id"]})
            self._setup_network_on_host(context, network)
            return address

        def deallocate_fixed_ip(self, context, address, host=None, teardown=True):
            fixed_ip = self.db.fixed_ip_get_by_address(context, address)
            if by_uuid:
                self.db.instance_get_by_uuid(context.elevated(read_deleted="yes"), fixed_ip["instance_uuid"])
            network = self._get_network_by_id(context, fixed_ip["network_id"])
            values = {"allocated": False, "virtual_interface_id": None}
            if essex:
                self._teardown_network_on_host(context, network)
                self.db.fixed_ip_update(context, address, values)
            else:
                self.db.fixed_ip_update(context, address, values)
                self._teardown_network_on_host(context, network)

        def _not_associated(self, address, what):
            """Whether the caller goes on: Essex and 2012.2 raise, later releases only warn."""
            if essex:
                raise exception.Error("IP %s %s that is not associated" % (address, what))
            if release == "2012.2":
                raise exception.NovaException("IP %s %s that is not associated" % (address, what))

        def lease_fixed_ip(self, context, address):
            fixed_ip = self.db.fixed_ip_get_by_address(context, address)
            if fixed_ip[column] is None:
                return self._not_associated(address, "leased")
            self.db.fixed_ip_update(context, fixed_ip["address"], {"leased": True, "updated_at": datetime.datetime.utcnow()})

        def release_fixed_ip(self, context, address):
            fixed_ip = self.db.fixed_ip_get_by_address(context, address)
            if fixed_ip[column] is None:
                return self._not_associated(address, "released")
            self.db.fixed_ip_update(context, fixed_ip["address"], {"leased": False})
            if not fixed_ip["allocated"]:
                self.db.fixed_ip_disassociate(context, address)

        def create_networks(self, context, label, cidr=None, multi_host=False, num_networks=1, network_size=256, cidr_v6=None,
                            gateway=None, gateway_v6=None, bridge=None, bridge_interface=None, dns1=None, dns2=None,
                            fixed_cidr=None, **kwargs):
            # Essex does it all here; later releases check the arguments first.
            if fixed_cidr:
                fixed_cidr = IPNetwork(fixed_cidr)
            given = dict(kwargs, label=label, cidr=cidr, multi_host=multi_host, num_networks=num_networks,
                         network_size=network_size, cidr_v6=cidr_v6, gateway=gateway, gateway_v6=gateway_v6, bridge=bridge,
                         bridge_interface=bridge_interface, dns1=dns1, dns2=dns2, fixed_cidr=fixed_cidr)
            given["vlan_start"] = kwargs.get("vlan_start") or conf.vlan_start
            given["vpn_start"] = kwargs.get("vpn_start") or conf.vpn_start
            if essex:
                return NetworkManager._create(self, context, **given)
            return self._do_create_networks(context, **given)

        def _create(self, context, label, cidr, multi_host, num_networks, network_size, cidr_v6, gateway, gateway_v6, bridge,
                    bridge_interface, dns1=None, dns2=None, fixed_cidr=None, **kwargs):
            length = 32 - (network_size - 1).bit_length()
            subnets = list(IPNetwork(cidr).subnets(length, num_networks)) if cidr else [None]
            try:
                nets = self.db.network_get_all(context)
            except exception.NoNetworksFound:
                nets = []
            networks = []
            for index, subnet in enumerate(subnets):
                net = {"bridge": bridge, "bridge_interface": bridge_interface, "multi_host": multi_host, "dns1": dns1,
                       "dns2": dns2, "project_id": kwargs.get("project_id"),
                       "label": "%s_%d" % (label, index) if num_networks > 1 else label}
                if subnet:
                    net.update(cidr=str(subnet), gateway=gateway or subnet[1], broadcast=subnet[-1], dhcp_start=subnet[2])
                if cidr_v6:
                    net.update(cidr_v6=cidr_v6, gateway_v6=gateway_v6 or cidr_v6.split("/")[0] + "1")
                if release == "2013.2":
                    is_vlan = conf.network_manager == "nova.network.manager.VlanManager"
                    vlan = kwargs.get("vlan") or kwargs["vlan_start"] + index + len(nets)
                else:
                    is_vlan = kwargs.get("vpn", False)
                    vlan = kwargs["vlan_start"] + index
                if is_vlan:
                    net.update(vlan=vlan, bridge="br%s" % vlan, vpn_private_address=subnet[2], dhcp_start=subnet[3],
                               vpn_public_port=kwargs["vpn_start"] + index)
                network = self.db.network_create_safe(context, net)
                if not network:
                    raise ValueError("Network already exists!")
                networks.append(network)
                if subnet:
                    self._create_fixed_ips(context, network["id"], fixed_cidr)
            return networks

        if not essex:
            _do_create_networks = _create

        def delete_network(self, context, fixed_range, uuid_, require_disassociated=True):
            network = self.db.network_get_by_uuid(context.elevated(), uuid_)
            if require_disassociated and network["project_id"] is not None:
                raise ValueError("Network must be disassociated from project %s before delete" % network["project_id"])
            self.db.network_delete_safe(context, network["id"])

        @property
        def _bottom_reserved_ips(self):
            return 2

        @property
        def _top_reserved_ips(self):
            return 1

        def _create_fixed_ips(self, context, network_id, fixed_cidr=None):
            network = self._get_network_by_id(context, network_id)
            cidr = fixed_cidr or IPNetwork(network["cidr"])
            ips = []
            for index in range(len(cidr)):
                reserved = index < self._bottom_reserved_ips or len(cidr) - index <= self._top_reserved_ips
                ips.append({"network_id": network_id, "address": cidr[index], "reserved": reserved})
            self.db.fixed_ip_bulk_create(context, ips)

        def validate_networks(self, context, networks):
            for network_uuid, address in networks or ():
                if address is None:
                    continue
                fixed_ip = self.db.fixed_ip_get_by_address(context, address)
                network = self._get_network_by_id(context, fixed_ip["network_id"])
                if network["uuid"] != network_uuid:
                    raise exception.FixedIpNotFoundForNetwork(address=address, network_uuid=network_uuid)
                if fixed_ip[column] is not None:
                    raise exception.FixedIpAlreadyInUse(address=address, instance_uuid=fixed_ip[column])

        def _get_network_by_id(self, context, network_id):
            return self.db.network_get(context, network_id)

        def _setup_network_on_host(self, context, network):
            self.done.append(("setup", network["id"]))

        def _teardown_network_on_host(self, context, network):
            self.done.append(("teardown", network["id"]))

    class FlatManager(NetworkManager):
        timeout_fixed_ips = False

        def deallocate_fixed_ip(self, context, address, host=None, teardown=True):
            super(FlatManager, self).deallocate_fixed_ip(context, address, host, teardown)
            self.db.fixed_ip_disassociate(context, address)

    class FlatDHCPManager(NetworkManager):
        DHCP = True

        def _setup_network_on_host(self, context, network):
            network["dhcp_server"] = self._get_dhcp_ip(context, network)
            super(FlatDHCPManager, self)._setup_network_on_host(context, network)

        def _get_network_by_id(self, context, network_id):
            return NetworkManager._get_network_by_id(self, context.elevated(), network_id)

    class VlanManager(NetworkManager):
        DHCP = True

        def allocate_fixed_ip(self, context, instance_id, network, **kwargs):
            if kwargs.get("vpn"):
                address = network["vpn_private_address"]
                self.db.fixed_ip_associate(context, address, instance_id, network["id"], reserved=True)
            elif kwargs.get("address"):
                address = self.db.fixed_ip_associate(context, kwargs["address"], instance_id, network["id"])
            else:
                address = self.db.fixed_ip_associate_pool(context, network["id"], instance_id)
            vif = self.db.virtual_interface_get_by_instance_and_network(context, instance_id, network["id"])
            self.db.fixed_ip_update(context, address, {"allocated": True, "virtual_interface_id": vif["id"]})
            self._setup_network_on_host(context, network)
            return address

        def _get_networks_for_instance(self, context, instance_id, project_id, requested_networks=None):
            if requested_networks:
                return self.db.network_get_all_by_uuids(context, [uuid_ for uuid_, _ in requested_networks])
            return self.db.project_get_networks(context, project_id)

        def create_networks(self, context, **kwargs):
            networks = NetworkManager.create_networks(self, context, vpn=True, **kwargs)
            # Essex forgets to return them.
            return None if essex else networks

        @property
        def _bottom_reserved_ips(self):
            return super(VlanManager, self)._bottom_reserved_ips + 1

        @property
        def _top_reserved_ips(self):
            return super(VlanManager, self)._top_reserved_ips + conf.cnt_vpn_clients

        if release == "2013.2":
            def _teardown_network_on_host(self, context, network):
                # teardown_unused_network_gateway: nobody uses the network on this host any more.
                super(VlanManager, self)._teardown_network_on_host(context, network)
                if conf.teardown_unused_network_gateway and network["multi_host"]:
                    address = self._get_dhcp_ip(context, network)
                    self.db.fixed_ip_update(context, address, {"allocated": False, "host": None})

    return {"NetworkManager": NetworkManager, "FlatManager": FlatManager, "FlatDHCPManager": FlatDHCPManager,
            "VlanManager": VlanManager}
