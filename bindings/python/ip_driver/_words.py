"""The words that Python uses for numbers and bits of the ABI, and which field counts which array."""
from ip_driver import _abi

# Enumerations, by the name of the field: the words by their numbers.
CHOICES = {
    "type": ("any", "public", "private"),
    "state": ("any", "allocated", "deallocated"),
}

# Bits of the `flags` of an args struct: each is an argument, True or False.
FLAGS = {
    _abi.BlockListArgs: {"roots": 0x1},
    _abi.AddressPurgeArgs: {"all": 0x1},
    _abi.AddressReconcileArgs: {"devices": 0x1, "dry_run": 0x2},
    _abi.LeaseExpireArgs: {"deallocate": 0x1},
}

# Bits of the `set` of an args struct: an argument that is given, also as None, sets the field.
SETS = {
    _abi.BlockUpdateArgs: {"network": 0x1, "gateway": 0x2, "dns1": 0x4, "dns2": 0x8, "policy": 0x10},
    _abi.RouteUpdateArgs: {"destination": 0x1, "netmask": 0x2, "gateway": 0x4},
    _abi.PolicyUpdateArgs: {"name": 0x1, "description": 0x2},
    _abi.PolicyRangeUpdateArgs: {"offset": 0x1, "length": 0x2},
}

# Arrays: the field that counts them.
ARRAYS = {
    "addresses": "address_count",
    "allocations": "allocation_count",
    "capabilities": "capability_count",
    "globals": "global_count",
    "interfaces": "interface_count",
    "living": "living_count",
    "locals": "local_count",
    "networks": "network_count",
    "problems": "problem_count",
    "refs": "ref_count",
    "routes": "route_count",
    "rules": "rule_count",
}
