"""Stands for the parts of Nova 2012.1 (Essex) around Quantum, on top of early.py:

  nova.network.quantum.manager.QuantumManager  its calls of the IPAM library, in their order, on a Quantum that is a set of
                                               names; create_networks, delete_network, allocate_for_instance,
                                               deallocate_for_instance, validate_networks, get_instance_nw_info,
                                               get_dhcp_hosts_text
  nova.network.manager.NetworkManager          build_network_info_model, in which the library is asked
  nova.network.quantum.nova_ipam_lib           deallocate_ips_by_vif
  nova.manager.Manager                         periodic_tasks, which counts ticks
  nova.db                                      virtual_interface_get_all, _get_by_uuid, _delete; project_get_networks;
                                               fixed_ips_by_virtual_interface; floating_ip_get_by_fixed_address
"""
import sys
import types
import uuid

from ip_driver.nova import ip_text
from standin import early


def install(nova):
    """nova: what early.install("2012.1", ...) gave."""
    database, conf, exception = nova["database"], nova["conf"], nova["nova.exception"]
    for name, default in (("quantum_use_dhcp", False), ("quantum_default_tenant_id", "default"), ("quantum_ipam_lib", None)):
        conf.register_opt(early.Option(name, default))
    exception.VirtualInterfaceMacAddressException = type("VirtualInterfaceMacAddressException", (exception.NovaException,), {})
    for name, function in functions(database).items():
        setattr(nova["nova.db"], name, function)

    def module(name, **contents):
        made = types.ModuleType(name)
        made.__path__ = []
        made.__dict__.update(contents)
        nova[name] = sys.modules[name] = made
        parent, _, child = name.rpartition(".")
        setattr(nova[parent], child, made)

    module("nova.network.quantum")
    module("nova.network.quantum.nova_ipam_lib", get_ipam_lib=lambda manager: NovaLibrary(nova["nova.db"], manager))
    module("nova.network.quantum.manager", QuantumManager=manager_class(nova))


def functions(database):
    def project_get_networks(context, project_id, associate=True):
        # QuantumManager associates none.
        assert not associate
        return [row for row in database.rows("networks") if row["project_id"] == project_id]

    def virtual_interface_get_all(context):
        return database.rows("virtual_interfaces")

    def virtual_interface_get_by_uuid(context, vif_uuid):
        return (database.rows("virtual_interfaces", "uuid = :uuid", uuid=vif_uuid) or [None])[0]

    def virtual_interface_delete(context, vif_id):
        database.write("DELETE FROM virtual_interfaces WHERE id = :id", id=vif_id)

    def fixed_ips_by_virtual_interface(context, vif_id):
        return database.rows("fixed_ips", "virtual_interface_id = :vif", vif=vif_id)

    def floating_ip_get_by_fixed_address(context, fixed_address):
        fixed = database.fixed_ip_get_by_address(context, fixed_address)
        return database.rows("floating_ips", "fixed_ip_id = :fixed", fixed=fixed["id"])

    return dict((name, function) for name, function in locals().items() if name != "database")


class NovaLibrary(object):
    """QuantumNovaIPAMLib."""

    def __init__(self, db, manager):
        self.db = db
        self.net_manager = manager

    def deallocate_ips_by_vif(self, context, tenant_id, net_id, vif_ref):
        for row in self.db.fixed_ips_by_virtual_interface(context, vif_ref["id"]):
            self.db.fixed_ip_update(context, row["address"], {"allocated": False, "virtual_interface_id": None})
            if not self.net_manager.DHCP:
                self.db.fixed_ip_disassociate(context, row["address"])


def manager_class(nova):
    db, conf, exception = nova["nova.db"], nova["conf"], nova["nova.exception"]

    class QuantumManager(nova["nova.network.manager"].FlatManager):
        # Of the class, as Nova's metaclass makes it.
        _ticks_to_skip = {"_disassociate_stale_fixed_ips": 0}

        def __init__(self, ipam_lib):
            __import__(ipam_lib)
            self.ipam = sys.modules[ipam_lib].get_ipam_lib(self)
            self.quantum = set()
            super(QuantumManager, self).__init__()

        def periodic_tasks(self, context, raise_on_error=True):
            for task_name, task in self._periodic_tasks:
                if self._ticks_to_skip[task_name] > 0:
                    self._ticks_to_skip[task_name] -= 1
                    continue
                self._ticks_to_skip[task_name] = task._ticks_between_runs
                task(self, context)

        def create_networks(self, context, label, cidr, cidr_v6=None, gateway=None, gateway_v6=None, dns1=None, dns2=None,
                            uuid_=None, project_id=None, priority=0):
            net_id = uuid_ or str(uuid.uuid4())
            self.quantum.add(net_id)
            self.ipam.create_subnet(context, label, project_id, net_id, priority, cidr, gateway, gateway_v6, cidr_v6, dns1, dns2)
            entry = db.network_get_by_uuid(context.elevated(), net_id)
            db.network_update(context.elevated(), entry["id"], {"host": self.host})
            return [{"uuid": net_id}]

        def delete_network(self, context, fixed_range, net_id):
            row = db.network_get_by_uuid(context.elevated(), net_id)
            self.quantum.discard(net_id)
            self.ipam.delete_subnets_by_net_id(context, row["uuid"], row["project_id"])

        def validate_networks(self, context, networks):
            for net_id, _address in networks:
                if not self.ipam.verify_subnet_exists(context, context.project_id, net_id) or net_id not in self.quantum:
                    raise exception.NetworkNotFound(network_id=net_id)

        def allocate_for_instance(self, context, instance_id, project_id):
            got = []
            for net_id, tenant in self.ipam.get_project_and_global_net_ids(context, project_id):
                row = db.network_get_by_uuid(context.elevated(), net_id)
                vif_uuid = str(uuid.uuid4())
                vif = db.virtual_interface_create(context, {
                    "uuid": vif_uuid, "instance_id": instance_id, "network_id": row["id"],
                    "address": "02:16:3e:%s:%s:%s" % (vif_uuid[0:2], vif_uuid[2:4], vif_uuid[4:6])})
                ips = self.ipam.allocate_fixed_ips(context, project_id, net_id, tenant or conf.quantum_default_tenant_id, vif)
                got.append((row["label"], ips))
            return got

        def deallocate_for_instance(self, context, instance_id, project_id):
            for vif in db.virtual_interface_get_by_instance(context, instance_id):
                row = db.network_get(context.elevated(), vif["network_id"])
                try:
                    tenant = self.ipam.get_tenant_id_by_net_id(context, row["uuid"], vif["uuid"], project_id)
                    self.ipam.deallocate_ips_by_vif(context, tenant, row["uuid"], vif)
                except Exception:
                    # Nova logs it.
                    pass
                db.virtual_interface_delete(context, vif["id"])

        def get_instance_nw_info(self, context, instance_id, project_id):
            """[{"address": MAC, "subnets": [...]}], from build_network_info_model()."""
            tenants = dict(self.ipam.get_project_and_global_net_ids(context, project_id))
            found = []
            for vif in db.virtual_interface_get_by_instance(context, instance_id):
                row = db.network_get(context.elevated(), vif["network_id"])
                project = tenants[row["uuid"]] or conf.quantum_default_tenant_id
                ips = []
                for address in (self.ipam.get_v4_ips_by_interface(context, row["uuid"], vif["uuid"], project) +
                                self.ipam.get_v6_ips_by_interface(context, row["uuid"], vif["uuid"], project)):
                    floating = []
                    if ip_text.version(address) == 4:
                        floating = [ip["address"] for ip in self.ipam.get_floating_ips_by_fixed_address(context, address)]
                    ips.append((address, floating))
                subnets = []
                for subnet in self.ipam.get_subnets_by_net_id(context, project, row["uuid"], vif["uuid"]):
                    routes = []
                    if subnet.get("id"):
                        for route in self.ipam.get_routes_by_ip_block(context, subnet["id"], project):
                            routes.append(("%s/%s" % (route["destination"], route["netmask"]), route["gateway"]))
                    subnets.append({
                        "cidr": subnet["cidr"],
                        "gateway": subnet["gateway"],
                        "dhcp_server": self._get_dhcp_ip(context, subnet),
                        "dns": [subnet[name] for name in ("dns1", "dns2") if subnet.get(name)],
                        "routes": routes,
                        "ips": [ip for ip in ips if ip_text.contains(subnet["cidr"], ip[0])],
                    })
                found.append({"address": vif["address"], "subnets": subnets})
            return found

        def get_dhcp_hosts_text(self, context, subnet_id, project_id=None):
            text = ""
            for address, vif_id in self.ipam.get_allocated_ips(context, subnet_id, project_id):
                vif = db.virtual_interface_get_by_uuid(context.elevated(), vif_id)
                text += "%s,%s.%s,%s\n" % (vif["address"], "host-" + address, "novalocal", address)
            return text

    return QuantumManager
