"""Arithmetic on IP addresses as text, for what is said in offsets: Nova's Pythons have no ipaddress module."""
import binascii
import socket


def family(text):
    return socket.AF_INET6 if ":" in text else socket.AF_INET


def version(text):
    """4 or 6."""
    return 6 if ":" in text else 4


def to_int(text):
    """The address as a number."""
    return int(binascii.hexlify(socket.inet_pton(family(text), text)), 16)


def of_int(number, version_):
    """The text of a number as an address of that version, in canonical form (IPv6: RFC 5952)."""
    width = 32 if version_ == 6 else 8
    packed = binascii.unhexlify(("%x" % number).rjust(width, "0").encode("ascii"))
    return socket.inet_ntop(socket.AF_INET6 if version_ == 6 else socket.AF_INET, packed)


def canonical(text):
    """The address in the form that the driver gives it."""
    return of_int(to_int(text), version(text))


def bounds(cidr):
    """First and last address of a CIDR, as numbers."""
    address, length = cidr.split("/")
    free = (128 if ":" in address else 32) - int(length)
    first = to_int(address) >> free << free
    return first, first + (1 << free) - 1


def contains(cidr, text):
    """Whether the address lies in the CIDR."""
    if version(cidr) != version(text):
        return False
    first, last = bounds(cidr)
    return first <= to_int(text) <= last


def runs(numbers):
    """[(first, length)] of the runs of consecutive numbers in a collection."""
    found = []
    for number in sorted(set(numbers)):
        if found and found[-1][0] + found[-1][1] == number:
            found[-1][1] += 1
        else:
            found.append([number, 1])
    return [(first, length) for first, length in found]


def outside(cidr, part):
    """[(offset, length)] of what lies in a CIDR but not in a part of it."""
    first, last = bounds(cidr)
    start, end = bounds(part)
    if version(part) != version(cidr) or end < first or start > last:
        raise ValueError("%s is no part of %s" % (part, cidr))
    found = [(0, start - first), (end + 1 - first, last - end)]
    return [(offset, length) for offset, length in found if length > 0]


def gaps(cidr, numbers):
    """[(offset, length)] of the addresses of a CIDR that are not among the numbers."""
    first, last = bounds(cidr)
    found = []
    expected = first
    for start, length in runs(numbers):
        if start > expected:
            found.append((expected - first, min(start, last + 1) - expected))
        expected = max(expected, start + length)
    if expected <= last:
        found.append((expected - first, last + 1 - expected))
    return found
