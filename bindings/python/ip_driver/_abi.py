"""The C ABI in ctypes: the structs and functions of include/ip_driver/, in the headers' order and words.

A test checks every size, offset and prototype against the headers.
"""
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p)

LOG_FUNCTION = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)


def _fields(*runs):
    """Runs of fields of one type: (type, "name name ...")."""
    return [(name, kind) for kind, names in runs for name in names.split()]


class Error(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_int32, "status retryable"), (c_char * 1008, "message"))


class Setting(Structure):
    _fields_ = _fields((c_char_p, "group key value"))


class Info(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "backend description module_path config_path location problem"),
                       (c_size_t, "capability_count"), (POINTER(c_char_p), "capabilities"))


class Infos(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Info)), "items"), (c_char_p, "next_marker"))


class Block(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "id tenant network cidr gateway broadcast netmask dns1 dns2 policy parent"),
                       (c_int64, "created_at updated_at"), (c_int32, "type version prefix_length reserved"))


class Blocks(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Block)), "items"), (c_char_p, "next_marker"))


class BlockCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant cidr network gateway dns1 dns2 policy id"),
                       (c_int32, "type reserved"))


class BlockListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant network marker"), (c_uint32, "limit flags"),
                       (c_int32, "type reserved"))


class BlockUpdateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant id network gateway dns1 dns2 policy"),
                       (c_uint32, "set reserved"))


class Usage(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "total allocated held quarantined excluded subnetted free"))


class SubnetCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "tenant block cidr subnet_tenant network gateway dns1 dns2 policy id"),
                       (c_int32, "prefix_length reserved"))


class SubnetListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block marker"), (c_uint32, "limit reserved"))


class Address(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "id block address interface used_by_tenant used_by_device request_key"),
                       (c_int64, "created_at updated_at hold_until quarantine_until"), (c_int32, "state version"))


class Addresses(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Address)), "items"), (c_char_p, "next_marker"))


class AddressRef(Structure):
    _fields_ = _fields((c_char_p, "block address id"))


class AddressAllocateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "tenant block address interface device mac used_by_tenant request_key id"),
                       (c_uint32, "count hold"))


class AddressRefsArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant"), (POINTER(AddressRef), "refs"),
                       (c_size_t, "ref_count"))


class AddressListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block network device interface marker"),
                       (c_uint32, "limit"), (c_int32, "state"))


class AddressMatch(Structure):
    _fields_ = _fields((c_size_t, "size"), (POINTER(Block), "block"), (POINTER(Address), "address"))


class AddressMatches(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(AddressMatch)), "items"),
                       (c_char_p, "next_marker"))


class AddressFindArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant address marker"), (c_uint32, "limit reserved"))


class AddressDeallocateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block address id"))


class AddressPurgeArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block address"), (c_uint32, "flags reserved"))


class AddressSnapshotResult(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "token"))


class AddressReconcileArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant network device_prefix token"),
                       (POINTER(c_char_p), "living"), (c_size_t, "living_count"), (c_char_p, "marker"),
                       (c_uint32, "grace limit flags reserved"))


class Route(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id block destination netmask gateway"),
                       (c_int64, "created_at updated_at"))


class Routes(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Route)), "items"), (c_char_p, "next_marker"))


class RouteCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block destination netmask gateway id"))


class RouteListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block marker"), (c_uint32, "limit reserved"))


class RouteUpdateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block id destination netmask gateway"),
                       (c_uint32, "set reserved"))


class Allocation(Structure):
    _fields_ = _fields((c_size_t, "size"), (POINTER(Address), "address"),
                       (c_char_p, "network cidr gateway broadcast netmask dns1 dns2"), (c_size_t, "route_count"),
                       (POINTER(POINTER(Route)), "routes"))


class Allocations(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Allocation)), "items"),
                       (c_char_p, "next_marker"))


class NetworkGetArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant network marker"), (c_uint32, "limit reserved"))


class NetworkAllocateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"),
                       (c_char_p, "tenant network interface device mac used_by_tenant request_key"),
                       (POINTER(c_char_p), "addresses"), (c_size_t, "address_count"), (c_uint32, "hold reserved"))


class NetworkListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant network interface marker"),
                       (c_uint32, "limit reserved"))


class Interface(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id tenant device mac"), (c_int64, "created_at updated_at"),
                       (c_size_t, "allocation_count"), (POINTER(POINTER(Allocation)), "allocations"))


class Interfaces(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Interface)), "items"), (c_char_p, "next_marker"))


class InterfaceNetwork(Structure):
    _fields_ = _fields((c_char_p, "tenant network"), (POINTER(c_char_p), "addresses"), (c_size_t, "address_count"))


class InterfaceCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant id device mac request_key"),
                       (POINTER(InterfaceNetwork), "networks"), (c_size_t, "network_count"),
                       (c_uint32, "hold reserved"))


class InterfaceListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant device marker"), (c_uint32, "limit reserved"))


class InterfaceReplaceAllArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant device"),
                       (POINTER(POINTER(InterfaceCreateArgs)), "interfaces"), (c_size_t, "interface_count"))


class MacRange(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id cidr"), (c_int64, "created_at updated_at"))


class MacRanges(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(MacRange)), "items"), (c_char_p, "next_marker"))


class MacRangeCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "cidr id"))


class MacRangeListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "marker"), (c_uint32, "limit reserved"))


class AllowedIpAllowArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant interface network address"))


class AllowedIpListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant interface marker"), (c_uint32, "limit reserved"))


class Policy(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id tenant name description"),
                       (c_int64, "created_at updated_at"))


class Policies(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Policy)), "items"), (c_char_p, "next_marker"))


class PolicyCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant name description id"))


class PolicyListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant marker"), (c_uint32, "limit reserved"))


class PolicyUpdateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant id name description"), (c_uint32, "set reserved"))


class PolicyRange(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id policy"), (c_int64, "offset"), (c_uint64, "length"),
                       (c_int64, "created_at updated_at"))


class PolicyRanges(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(PolicyRange)), "items"),
                       (c_char_p, "next_marker"))


class PolicyRangeCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant policy id"), (c_int64, "offset"),
                       (c_uint64, "length"))


class PolicyPartListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant policy marker"), (c_uint32, "limit reserved"))


class PolicyRangeUpdateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant policy id"), (c_int64, "offset"),
                       (c_uint64, "length"), (c_uint32, "set reserved"))


class PolicyOctet(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "id policy"), (c_int64, "created_at updated_at"),
                       (c_int32, "octet reserved"))


class PolicyOctets(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(PolicyOctet)), "items"),
                       (c_char_p, "next_marker"))


class PolicyOctetCreateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant policy id"), (c_int32, "octet reserved"))


class PolicyOctetUpdateArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant policy id"), (c_int32, "octet reserved"))


class NatArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant"), (POINTER(AddressRef), "locals"),
                       (c_size_t, "local_count"), (POINTER(AddressRef), "globals"), (c_size_t, "global_count"))


class NatListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block address marker"), (c_uint32, "limit reserved"))


class Lease(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "block address mac client_id hostname"),
                       (c_int64, "leased_until created_at updated_at"))


class Leases(Structure):
    _fields_ = _fields((c_size_t, "size count"), (POINTER(POINTER(Lease)), "items"), (c_char_p, "next_marker"))


class LeaseGrantArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block address mac client_id hostname"),
                       (c_uint32, "duration reserved"))


class LeaseListArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block"), (c_int64, "expired_at"),
                       (c_char_p, "marker"), (c_uint32, "limit reserved"))


class LeaseExpireArgs(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_char_p, "tenant block"), (c_int64, "expired_at"),
                       (c_uint32, "limit flags"))


class CheckReport(Structure):
    _fields_ = _fields((c_size_t, "size"), (c_uint64, "blocks addresses interfaces"), (c_size_t, "rule_count"),
                       (POINTER(c_char_p), "rules"), (c_size_t, "problem_count"), (POINTER(c_char_p), "problems"),
                       (c_uint64, "problems_total"))


# name: (result, arguments)
FUNCTIONS = {
    "ip_driver_status_name": (c_char_p, (c_int32,)),
    "ip_driver_version": (c_char_p, ()),
    "ip_driver_open": (c_int32, (c_char_p, POINTER(c_void_p), POINTER(Error))),
    "ip_driver_open_settings": (c_int32, (POINTER(Setting), c_size_t, POINTER(c_void_p), POINTER(Error))),
    "ip_driver_close": (None, (c_void_p,)),
    "ip_driver_supports": (c_int32, (c_void_p, c_char_p)),
    "ip_driver_info_free": (None, (POINTER(Info),)),
    "ip_driver_infos_free": (None, (POINTER(Infos),)),
    "ip_driver_info_get": (c_int32, (c_void_p, POINTER(POINTER(Info)), POINTER(Error))),
    "ip_driver_backend_list": (c_int32, (c_char_p, POINTER(POINTER(Infos)), POINTER(Error))),
    "ip_driver_log_set": (None, (c_int32, LOG_FUNCTION, c_void_p)),
    "ip_driver_block_free": (None, (POINTER(Block),)),
    "ip_driver_blocks_free": (None, (POINTER(Blocks),)),
    "ip_driver_block_create": (c_int32, (
        c_void_p, POINTER(BlockCreateArgs), POINTER(POINTER(Block)), POINTER(Error))),
    "ip_driver_block_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(POINTER(Block)), POINTER(Error))),
    "ip_driver_block_list": (c_int32, (c_void_p, POINTER(BlockListArgs), POINTER(POINTER(Blocks)), POINTER(Error))),
    "ip_driver_block_update": (c_int32, (
        c_void_p, POINTER(BlockUpdateArgs), POINTER(POINTER(Block)), POINTER(Error))),
    "ip_driver_block_delete": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_usage_free": (None, (POINTER(Usage),)),
    "ip_driver_block_usage": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(POINTER(Usage)), POINTER(Error))),
    "ip_driver_subnet_create": (c_int32, (
        c_void_p, POINTER(SubnetCreateArgs), POINTER(POINTER(Block)), POINTER(Error))),
    "ip_driver_subnet_list": (c_int32, (c_void_p, POINTER(SubnetListArgs), POINTER(POINTER(Blocks)), POINTER(Error))),
    "ip_driver_address_free": (None, (POINTER(Address),)),
    "ip_driver_addresses_free": (None, (POINTER(Addresses),)),
    "ip_driver_address_allocate": (c_int32, (
        c_void_p, POINTER(AddressAllocateArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_address_confirm": (c_int32, (c_void_p, POINTER(AddressRefsArgs), POINTER(Error))),
    "ip_driver_address_cancel": (c_int32, (c_void_p, POINTER(AddressRefsArgs), POINTER(Error))),
    "ip_driver_address_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(Address)), POINTER(Error))),
    "ip_driver_address_list": (c_int32, (
        c_void_p, POINTER(AddressListArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_address_match_free": (None, (POINTER(AddressMatch),)),
    "ip_driver_address_matches_free": (None, (POINTER(AddressMatches),)),
    "ip_driver_address_find": (c_int32, (
        c_void_p, POINTER(AddressFindArgs), POINTER(POINTER(AddressMatches)), POINTER(Error))),
    "ip_driver_address_deallocate": (c_int32, (c_void_p, POINTER(AddressDeallocateArgs), POINTER(Error))),
    "ip_driver_address_restore": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(Address)), POINTER(Error))),
    "ip_driver_address_purge": (c_int32, (c_void_p, POINTER(AddressPurgeArgs), POINTER(c_uint64), POINTER(Error))),
    "ip_driver_address_snapshot_result_free": (None, (POINTER(AddressSnapshotResult),)),
    "ip_driver_address_snapshot": (c_int32, (c_void_p, POINTER(POINTER(AddressSnapshotResult)), POINTER(Error))),
    "ip_driver_address_reconcile": (c_int32, (
        c_void_p, POINTER(AddressReconcileArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_route_free": (None, (POINTER(Route),)),
    "ip_driver_routes_free": (None, (POINTER(Routes),)),
    "ip_driver_route_create": (c_int32, (
        c_void_p, POINTER(RouteCreateArgs), POINTER(POINTER(Route)), POINTER(Error))),
    "ip_driver_route_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(Route)), POINTER(Error))),
    "ip_driver_route_list": (c_int32, (c_void_p, POINTER(RouteListArgs), POINTER(POINTER(Routes)), POINTER(Error))),
    "ip_driver_route_update": (c_int32, (
        c_void_p, POINTER(RouteUpdateArgs), POINTER(POINTER(Route)), POINTER(Error))),
    "ip_driver_route_delete": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_allocation_free": (None, (POINTER(Allocation),)),
    "ip_driver_allocations_free": (None, (POINTER(Allocations),)),
    "ip_driver_network_get": (c_int32, (c_void_p, POINTER(NetworkGetArgs), POINTER(POINTER(Blocks)), POINTER(Error))),
    "ip_driver_network_allocate": (c_int32, (
        c_void_p, POINTER(NetworkAllocateArgs), POINTER(POINTER(Allocations)), POINTER(Error))),
    "ip_driver_network_list": (c_int32, (
        c_void_p, POINTER(NetworkListArgs), POINTER(POINTER(Allocations)), POINTER(Error))),
    "ip_driver_network_deallocate": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_interface_free": (None, (POINTER(Interface),)),
    "ip_driver_interfaces_free": (None, (POINTER(Interfaces),)),
    "ip_driver_interface_create": (c_int32, (
        c_void_p, POINTER(InterfaceCreateArgs), POINTER(POINTER(Interface)), POINTER(Error))),
    "ip_driver_interface_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(POINTER(Interface)), POINTER(Error))),
    "ip_driver_interface_delete": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_interface_list": (c_int32, (
        c_void_p, POINTER(InterfaceListArgs), POINTER(POINTER(Interfaces)), POINTER(Error))),
    "ip_driver_interface_replace_all": (c_int32, (
        c_void_p, POINTER(InterfaceReplaceAllArgs), POINTER(POINTER(Interfaces)), POINTER(Error))),
    "ip_driver_interface_delete_all": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_mac_range_free": (None, (POINTER(MacRange),)),
    "ip_driver_mac_ranges_free": (None, (POINTER(MacRanges),)),
    "ip_driver_mac_range_create": (c_int32, (
        c_void_p, POINTER(MacRangeCreateArgs), POINTER(POINTER(MacRange)), POINTER(Error))),
    "ip_driver_mac_range_get": (c_int32, (c_void_p, c_char_p, POINTER(POINTER(MacRange)), POINTER(Error))),
    "ip_driver_mac_range_list": (c_int32, (
        c_void_p, POINTER(MacRangeListArgs), POINTER(POINTER(MacRanges)), POINTER(Error))),
    "ip_driver_mac_range_delete": (c_int32, (c_void_p, c_char_p, POINTER(Error))),
    "ip_driver_allowed_ip_allow": (c_int32, (
        c_void_p, POINTER(AllowedIpAllowArgs), POINTER(POINTER(Address)), POINTER(Error))),
    "ip_driver_allowed_ip_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(Address)), POINTER(Error))),
    "ip_driver_allowed_ip_list": (c_int32, (
        c_void_p, POINTER(AllowedIpListArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_allowed_ip_disallow": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_policy_free": (None, (POINTER(Policy),)),
    "ip_driver_policies_free": (None, (POINTER(Policies),)),
    "ip_driver_policy_create": (c_int32, (
        c_void_p, POINTER(PolicyCreateArgs), POINTER(POINTER(Policy)), POINTER(Error))),
    "ip_driver_policy_get": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(POINTER(Policy)), POINTER(Error))),
    "ip_driver_policy_list": (c_int32, (
        c_void_p, POINTER(PolicyListArgs), POINTER(POINTER(Policies)), POINTER(Error))),
    "ip_driver_policy_update": (c_int32, (
        c_void_p, POINTER(PolicyUpdateArgs), POINTER(POINTER(Policy)), POINTER(Error))),
    "ip_driver_policy_delete": (c_int32, (c_void_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_policy_range_free": (None, (POINTER(PolicyRange),)),
    "ip_driver_policy_ranges_free": (None, (POINTER(PolicyRanges),)),
    "ip_driver_policy_range_create": (c_int32, (
        c_void_p, POINTER(PolicyRangeCreateArgs), POINTER(POINTER(PolicyRange)), POINTER(Error))),
    "ip_driver_policy_range_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(PolicyRange)), POINTER(Error))),
    "ip_driver_policy_range_list": (c_int32, (
        c_void_p, POINTER(PolicyPartListArgs), POINTER(POINTER(PolicyRanges)), POINTER(Error))),
    "ip_driver_policy_range_update": (c_int32, (
        c_void_p, POINTER(PolicyRangeUpdateArgs), POINTER(POINTER(PolicyRange)), POINTER(Error))),
    "ip_driver_policy_range_delete": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_policy_octet_free": (None, (POINTER(PolicyOctet),)),
    "ip_driver_policy_octets_free": (None, (POINTER(PolicyOctets),)),
    "ip_driver_policy_octet_create": (c_int32, (
        c_void_p, POINTER(PolicyOctetCreateArgs), POINTER(POINTER(PolicyOctet)), POINTER(Error))),
    "ip_driver_policy_octet_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(PolicyOctet)), POINTER(Error))),
    "ip_driver_policy_octet_list": (c_int32, (
        c_void_p, POINTER(PolicyPartListArgs), POINTER(POINTER(PolicyOctets)), POINTER(Error))),
    "ip_driver_policy_octet_update": (c_int32, (
        c_void_p, POINTER(PolicyOctetUpdateArgs), POINTER(POINTER(PolicyOctet)), POINTER(Error))),
    "ip_driver_policy_octet_delete": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_nat_add": (c_int32, (c_void_p, POINTER(NatArgs), POINTER(Error))),
    "ip_driver_nat_remove": (c_int32, (c_void_p, POINTER(NatArgs), POINTER(Error))),
    "ip_driver_nat_list_globals": (c_int32, (
        c_void_p, POINTER(NatListArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_nat_list_locals": (c_int32, (
        c_void_p, POINTER(NatListArgs), POINTER(POINTER(Addresses)), POINTER(Error))),
    "ip_driver_lease_free": (None, (POINTER(Lease),)),
    "ip_driver_leases_free": (None, (POINTER(Leases),)),
    "ip_driver_lease_grant": (c_int32, (c_void_p, POINTER(LeaseGrantArgs), POINTER(POINTER(Lease)), POINTER(Error))),
    "ip_driver_lease_release": (c_int32, (c_void_p, c_char_p, c_char_p, c_char_p, POINTER(Error))),
    "ip_driver_lease_get": (c_int32, (
        c_void_p, c_char_p, c_char_p, c_char_p, POINTER(POINTER(Lease)), POINTER(Error))),
    "ip_driver_lease_list": (c_int32, (c_void_p, POINTER(LeaseListArgs), POINTER(POINTER(Leases)), POINTER(Error))),
    "ip_driver_lease_expire": (c_int32, (
        c_void_p, POINTER(LeaseExpireArgs), POINTER(POINTER(Leases)), POINTER(Error))),
    "ip_driver_transaction_begin": (c_int32, (c_void_p, POINTER(c_void_p), POINTER(Error))),
    "ip_driver_transaction_commit": (c_int32, (c_void_p, POINTER(Error))),
    "ip_driver_transaction_rollback": (None, (c_void_p,)),
    "ip_driver_check_report_free": (None, (POINTER(CheckReport),)),
    "ip_driver_store_check": (c_int32, (c_void_p, POINTER(POINTER(CheckReport)), POINTER(Error))),
}
