"""What the driver refuses, in the words of Nova: the exception that the caller of nova.db or of a manager expects.

What Nova has no word for (the backend cannot be reached, refuses the credentials, is broken) stays an ip_driver.Error:
it tells the operator more than any exception of Nova's would, and none of Nova's callers treats a failing database in
another way.
"""
from ip_driver import errors


def of_allocation(error, network, address=None, instance=None, known=True):
    """The exception to raise for an error of an allocation on a network; the error itself if Nova has no word for it.

    network: its row. address, instance: that were wanted. known: of Duplicate: whether the address is in use, or is one
    that is never given.
    """
    from nova import exception

    if isinstance(error, errors.Exhausted):
        # Nova's of later releases names the network.
        return exception.NoMoreFixedIps(net=network["uuid"])
    if address is None:
        return error
    if isinstance(error, errors.Locked) or (isinstance(error, errors.Duplicate) and known):
        return exception.FixedIpAlreadyInUse(address=address, instance_uuid=instance)
    if isinstance(error, (errors.NotInBlock, errors.DeniedByPolicy, errors.Duplicate)):
        return exception.FixedIpNotFoundForNetwork(address=address, network_uuid=network["uuid"])
    return error
