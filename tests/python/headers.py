"""Reads the public C headers: structs, prototypes, numbers; for the tests that compare the binding with them."""
import os
import re

HEADERS = ("base", "driver", "block", "subnet", "address", "route", "network", "interface", "mac_range", "allowed_ip", "policy", "nat",
           "lease", "transaction", "store")


def _source():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include", "ip_driver")
    text = []
    for name in HEADERS:
        with open(os.path.join(folder, name + ".h")) as header:
            text.append(re.sub(r"/\*.*?\*/", "", header.read(), flags=re.S))
    return "\n".join(text)


SOURCE = _source()


def structs():
    """{"ip_driver_block": ["size", "id", ...]}"""
    found = {}
    for match in re.finditer(r"typedef struct (ip_driver_\w+) \{(.*?)\} \1;", SOURCE, re.S):
        fields = [re.match(r".*?(\w+)(\[\d+\])?$", " ".join(field.split())).group(1)
                  for field in match.group(2).split(";") if field.strip()]
        found[match.group(1)] = fields
    return found


def functions():
    """{"ip_driver_block_get": ("ip_driver_status", [("ip_driver *", "driver"), ...])}"""
    found = {}
    for match in re.finditer(r"IP_DRIVER_API ([^;(]*?)(\bip_driver_\w+) \(([^;]*?)\);", SOURCE, re.S):
        parameters = []
        for parameter in match.group(3).split(","):
            kind, name = re.match(r"(.*?)(\w+)$", " ".join(parameter.split())).groups()
            if name != "void":
                parameters.append((kind.strip(), name))
        found[match.group(2)] = (" ".join(match.group(1).split()), parameters)
    return found


def numbers():
    """{"IP_DRIVER_LOCKED": 6, "IP_DRIVER_BLOCK_SET_NETWORK": 1, ...}"""
    found = {}
    for name, value in re.findall(r"^#define (IP_DRIVER_\w+) (0x[0-9a-fA-F]+|\d+)u?$", SOURCE, re.M):
        found[name] = int(value, 0)
    for name, value in re.findall(r"^\s*(IP_DRIVER_\w+) = (\d+)", SOURCE, re.M):
        found[name] = int(value)
    return found


def enumerations():
    """Names of the types that are int32_t."""
    return set(re.findall(r"typedef int32_t (ip_driver_\w+);", SOURCE))
