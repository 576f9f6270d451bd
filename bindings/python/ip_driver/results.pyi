"""Types of the records: see results.py, which makes them of the C structs."""
from typing import Generic, List, NamedTuple, Optional, Tuple, TypeVar

# "public" or "private"; "any" where a list is asked for. "allocated" or "deallocated"; or "any".
BlockType = str
AddressState = str

class Info(NamedTuple):
    backend: str
    description: Optional[str]
    module_path: Optional[str]
    config_path: Optional[str]
    location: Optional[str]
    problem: Optional[str]
    capabilities: Tuple[str, ...]

class Block(NamedTuple):
    id: str
    tenant: str
    network: Optional[str]
    cidr: str
    gateway: Optional[str]
    broadcast: Optional[str]
    netmask: Optional[str]
    dns1: Optional[str]
    dns2: Optional[str]
    policy: Optional[str]
    parent: Optional[str]
    created_at: int
    updated_at: int
    type: BlockType
    version: int
    prefix_length: int

class Usage(NamedTuple):
    total: str
    allocated: str
    held: str
    quarantined: str
    excluded: str
    subnetted: str
    free: str

class Address(NamedTuple):
    id: str
    block: str
    address: str
    interface: Optional[str]
    used_by_tenant: Optional[str]
    used_by_device: Optional[str]
    request_key: Optional[str]
    created_at: int
    updated_at: int
    hold_until: int
    quarantine_until: int
    state: AddressState
    version: int

class AddressMatch(NamedTuple):
    block: Block
    address: Optional[Address]

class AddressSnapshotResult(NamedTuple):
    token: str

class Route(NamedTuple):
    id: str
    block: Optional[str]
    destination: str
    netmask: Optional[str]
    gateway: str
    created_at: int
    updated_at: int

class Allocation(NamedTuple):
    address: Address
    network: Optional[str]
    cidr: str
    gateway: Optional[str]
    broadcast: Optional[str]
    netmask: Optional[str]
    dns1: Optional[str]
    dns2: Optional[str]
    routes: Tuple[Route, ...]

class Interface(NamedTuple):
    id: str
    tenant: str
    device: Optional[str]
    mac: Optional[str]
    created_at: int
    updated_at: int
    allocations: Tuple[Allocation, ...]

class MacRange(NamedTuple):
    id: str
    cidr: str
    created_at: int
    updated_at: int

class Policy(NamedTuple):
    id: str
    tenant: str
    name: str
    description: Optional[str]
    created_at: int
    updated_at: int

class PolicyRange(NamedTuple):
    id: str
    policy: str
    offset: int
    length: int
    created_at: int
    updated_at: int

class PolicyOctet(NamedTuple):
    id: str
    policy: str
    created_at: int
    updated_at: int
    octet: int

class Lease(NamedTuple):
    block: str
    address: str
    mac: Optional[str]
    client_id: Optional[str]
    hostname: Optional[str]
    leased_until: int
    created_at: int
    updated_at: int

class CheckReport(NamedTuple):
    blocks: int
    addresses: int
    interfaces: int
    rules: Tuple[str, ...]
    problems: Tuple[str, ...]
    problems_total: int

_T = TypeVar("_T")

class Page(NamedTuple, Generic[_T]):
    items: List[_T]
    next_marker: Optional[str]
