"""Stand-in for nova.network.manager of 2014.1.5 (Icehouse) and 20.6.1 (Train): RPCAllocateFixedIP, NetworkManager and its three
subclasses, as far as they concern fixed IPs: the same reads and writes in the same order, without quotas, DNS and other hosts.

Run by objects.py for each Nova that it makes, with the names nova, CONF, exception, utils, periodic_task, ManagerMeta and the
classes of nova.objects given: so they are globals of these functions, as they are in Nova.
"""
import time

from ip_driver.nova import ip_text


class RPCAllocateFixedIP(object):

    def deallocate_fixed_ip(self, context, address, host=None, teardown=True, instance=None):
        return super(RPCAllocateFixedIP, self).deallocate_fixed_ip(context, address, instance=instance)


class NetworkManager(ManagerMeta("Manager", (object,), {})):
    timeout_fixed_ips = True
    bottom = 2

    def __init__(self, network_driver=None, *args, **kwargs):
        self.host = kwargs.get("host", "net1")

    @property
    def _bottom_reserved_ips(self):
        return self.bottom

    @property
    def _top_reserved_ips(self):
        return 1

    def _get_network_by_id(self, context, network_id):
        return Network.get_by_id(context, network_id)

    def _setup_network_on_host(self, context, network):
        nova.setups.append(network["id"])
        with nova.failing("setup"):
            pass

    @utils.synchronized("get_dhcp")
    def _get_dhcp_ip(self, context, network_ref, host=None):
        if self._uses_shared_ip(network_ref) if nova.train else (
                not network_ref.get("multi_host") or CONF.share_dhcp_address):
            return network_ref["gateway"]
        try:
            return FixedIP.get_by_network_and_host(context, network_ref["id"], host or self.host).address
        except exception.FixedIpNotFoundForNetworkHost:
            return FixedIP.associate_pool(context.elevated(), network_ref["id"], host=host or self.host).address

    @periodic_task.periodic_task
    def _disassociate_stale_fixed_ips(self, context):
        if self.timeout_fixed_ips:
            FixedIP.disassociate_all_by_timeout(context, self.host, time.time() - CONF.fixed_ip_disassociate_timeout)

    def allocate_fixed_ip(self, context, instance_id, network, **kwargs):
        from_pool = kwargs.get("address") is None
        address = None
        fip = None
        try:
            if network["cidr"]:
                vif = VirtualInterface.get_by_instance_and_network(context, instance_id, network["id"])
                given = {"vif_id": vif.id} if nova.train else {}
                if from_pool:
                    FixedIP.associate_pool(context, network["id"], instance_uuid=instance_id, **given)
                address = kwargs["address"]
                fip = FixedIP.associate(context, str(address), instance_id, network["id"], **given)
                if not nova.train:
                    fip.allocated = True
                    fip.virtual_interface_id = vif.id
                    fip.save()
            self._setup_network_on_host(context, network)
            return address
        except Exception:
            # 2014.1 leaves the row as it is.
            if nova.train and fip is not None:
                fip.disassociate()
            raise

    def deallocate_fixed_ip(self, context, address, host=None, teardown=True, instance=None):
        row = FixedIP.get_by_address(context, address, expected_attrs=["network"])
        row.allocated = False
        if not nova.train:
            row.virtual_interface_id = None
        row.save()
        if teardown and CONF.force_dhcp_release:
            # The packet reaches dnsmasq, but the lease may have ended before.
            row = FixedIP.get_by_address(context, address)
            if not row.leased:
                row.disassociate()

    def remove_fixed_ip_from_instance(self, context, instance_id, host, address, rxtx_factor=None):
        for row in FixedIPList.get_by_instance_uuid(context, instance_id):
            if str(row.address) == address:
                self.deallocate_fixed_ip(context, address, host)
                if not row.leased:
                    row.disassociate()
                return
        raise nova.raises("FixedIpNotFoundForSpecificInstance", instance_uuid=instance_id, ip=address)

    def lease_fixed_ip(self, context, address):
        row = FixedIP.get_by_address(context, address)
        row.leased = True
        row.save()

    def _release_fixed_ip(self, context, address, mac):
        row = FixedIP.get_by_address(context, address)
        if row.instance_uuid is None:
            return
        row.leased = False
        row.save()
        if not row.allocated:
            vif = VirtualInterface.get_by_address(context, mac) if mac else None
            if vif is not None and vif.instance_uuid != row.instance_uuid:
                return
            row.disassociate()

    def delete_network(self, context, fixed_range, uuid, require_disassociated=True):
        elevated = context.elevated()
        network = Network.get_by_uuid(elevated, uuid) if uuid else Network.get_by_cidr(elevated, fixed_range)
        if require_disassociated and network.project_id is not None:
            raise nova.raises("NetworkHasProject", project_id=network.project_id) if nova.train else ValueError(network)
        network.destroy()

    def validate_networks(self, context, networks):
        for network_uuid, address in networks or []:
            if address is None:
                continue
            try:
                ip_text.to_int(address)
            except (ValueError, EnvironmentError):
                raise nova.raises("FixedIpInvalid", address=address)
            row = FixedIP.get_by_address(context, address, expected_attrs=["network"])
            if row.network.uuid != network_uuid:
                raise nova.raises("FixedIpNotFoundForNetwork", address=address, network_uuid=network_uuid)
            if row.instance_uuid is not None:
                raise nova.raises("FixedIpAlreadyInUse", address=address, instance_uuid=row.instance_uuid)

    def _do_create_networks(self, context, label, cidr, multi_host=False, num_networks=1, cidr_v6=None, gateway=None,
                            project_id=None, fixed_cidr=None, dns1=None, **kwargs):
        """cidr: the list of CIDRs that Nova would have made of it."""
        try:
            used = [network.vlan for network in NetworkList.get_all(context)]
        except exception.NoNetworksFound:
            used = []
        networks = []
        for index, subnet in enumerate(cidr):
            net = Network(context)
            net.label = label
            net.multi_host = multi_host
            net.project_id = project_id
            net.dns1 = dns1
            first, last = ip_text.bounds(subnet)
            net.cidr = subnet
            net.gateway = gateway or ip_text.of_int(first + 1, 4)
            net.broadcast = ip_text.of_int(last, 4)
            net.dhcp_start = ip_text.of_int(first + 2, 4)
            extra = []
            if nova.train:
                net.dhcp_server = str(net.gateway)
                extra = [str(net.dhcp_server), str(net.gateway)]
            if cidr_v6:
                net.cidr_v6 = cidr_v6
                net.gateway_v6 = ip_text.of_int(ip_text.bounds(cidr_v6)[0] + 1, 6)
            if CONF.network_manager == "nova.network.manager.VlanManager":
                net.vlan = kwargs["vlan_start"] + index + len(used)
                net.vpn_private_address = ip_text.of_int(first + 2, 4)
                net.dhcp_start = ip_text.of_int(first + 3, 4)
                net.bridge = "br%s" % net.vlan
                net.vpn_public_port = kwargs["vpn_start"] + index + len(used)
                extra.append(str(net.vpn_private_address))
            net.create()
            networks.append(net)
            if nova.train:
                self._create_fixed_ips(context, net.id, fixed_cidr, extra, self._bottom_reserved_ips,
                                       self._top_reserved_ips)
            else:
                self._create_fixed_ips(context, net.id, fixed_cidr)
        return networks

    def _create_fixed_ips(self, context, network_id, fixed_cidr=None, **kwargs):
        raise AssertionError("Nova was to make a row of every address")


if nova.train:
    def release_fixed_ip(self, context, address, mac=None):
        self._release_fixed_ip(context, address, mac)

    def _uses_shared_ip(network):
        return not network.get("multi_host") or network.get("share_address") or CONF.share_dhcp_address

    NetworkManager._uses_shared_ip = staticmethod(_uses_shared_ip)
else:
    def release_fixed_ip(self, context, address):
        self._release_fixed_ip(context, address, None)
NetworkManager.release_fixed_ip = release_fixed_ip


class FlatManager(NetworkManager):
    timeout_fixed_ips = False

    def deallocate_fixed_ip(self, context, address, host=None, teardown=True, instance=None):
        super(FlatManager, self).deallocate_fixed_ip(context, address, host, teardown, instance=instance)
        FixedIP.disassociate_by_address(context, address)


class FlatDHCPManager(RPCAllocateFixedIP, NetworkManager):
    pass


class VlanManager(RPCAllocateFixedIP, NetworkManager):
    bottom = 3

    def allocate_fixed_ip(self, context, instance_id, network, **kwargs):
        vif = VirtualInterface.get_by_instance_and_network(context, instance_id, network["id"])
        given = {"vif_id": vif.id} if nova.train else {}
        if kwargs.get("vpn"):
            fip = FixedIP.associate(context, str(network["vpn_private_address"]), instance_id, network["id"],
                                    reserved=True, **given)
        elif kwargs.get("address") is None:
            fip = FixedIP.associate_pool(context, network["id"], instance_uuid=instance_id, **given)
        else:
            fip = FixedIP.associate(context, str(kwargs["address"]), instance_id, network["id"], **given)
        if not nova.train:
            fip.allocated = True
            fip.virtual_interface_id = vif.id
            fip.save()
        self._setup_network_on_host(context, network)
        return fip.address
