"""Tests of Nova's own that pass on Nova and cannot on ip_driver, by release, with the reason. One that does pass is an error.

(releases, test, reason)
"""
RELEASES = ("2012.1", "2012.2", "2013.1", "2013.2")

MANAGER = "nova.tests.network.test_manager."

KNOWN = [
    (("2013.1", "2013.2"), MANAGER + "VlanNetworkTestCase.test_deallocate_fixed",
     "asks for a fixed IP after its release, whose network is a mock and has no row; ours has no row of a free address, and looks"
     " for the network that it lies in"),
]


def release(exists):
    """The release of a checkout, 2012.1 to 2013.2, or "later". exists: function that says whether it has a file."""
    if exists("nova/network/quantum/manager.py"):
        return "2012.1"
    if not exists("nova/conductor/api.py"):
        return "2012.2"
    if not exists("nova/objects/base.py"):
        return "2013.1"
    if not exists("nova/objects/fixed_ip.py"):
        return "2013.2"
    return "later"


def known(release_):
    """{test: reason} of a release."""
    return dict((test, reason) for releases, test, reason in KNOWN if release_ in releases)
