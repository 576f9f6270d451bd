"""What the id of an interface says about the row of fixed_ips that its address came from.

An allocated row has a VIF: the interface is that VIF, by its uuid. The driver knows no other state of a row, and rows have
some more, so that the id of an interface that is not a VIF says which:

VIF                  allocated, to this VIF (one without uuid: "vif:NUMBER")
deallocated:VIF      not allocated any more, though the row still names its VIF; awaits its release by DHCP
deallocated:IP@NET   the same, without VIF
allocated:IP@NET     allocated, without VIF
host:IP@NET          a host's own address
anything else        made for an allocation by the network manager, which knows no VIF at that moment
"""
import collections

_DEALLOCATED, _ALLOCATED, _HOST, _NUMBER = "deallocated:", "allocated:", "host:", "vif:"

# allocated: None if the id does not tell. vif: name_of_vif() of the VIF, or None.
Meaning = collections.namedtuple("Meaning", "allocated vif")


def name_of_vif(vif):
    """By what a row of virtual_interfaces is known."""
    return vif["uuid"] or numbered_vif(vif["id"])


def numbered_vif(number):
    """The name of a VIF of which only the number is known."""
    return "%s%d" % (_NUMBER, number)


def of_row(allocated, vif, host, network, address):
    """The interface of the address of a row. vif: its name, or None. network: its uuid."""
    if vif is not None:
        return vif if allocated else _DEALLOCATED + vif
    kind = _ALLOCATED if allocated else _HOST if host else _DEALLOCATED
    return "%s%s@%s" % (kind, address, network)


def read(interface, vifs):
    """The Meaning of an interface's id. vifs: the names of Nova's VIFs."""
    if interface is None:
        return Meaning(False, None)
    if interface in vifs or interface.startswith(_NUMBER):
        return Meaning(True, interface)
    if interface.startswith(_ALLOCATED):
        return Meaning(True, None)
    if interface.startswith(_HOST):
        return Meaning(False, None)
    if interface.startswith(_DEALLOCATED):
        vif = interface[len(_DEALLOCATED):]
        return Meaning(False, None if "@" in vif else vif)
    return Meaning(None, None)


def number_of(vif):
    """The number in the name of a VIF without uuid; None if it is a uuid."""
    return int(vif[len(_NUMBER):]) if vif.startswith(_NUMBER) else None
