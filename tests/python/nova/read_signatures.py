"""Makes signatures.json of checkouts of Nova: what by_objects.py stands in front of, release by release.

    read_signatures.py RELEASE=CHECKOUT... >signatures.json

For each release {class: {method: [[parameters], how many have a default, what takes the rest, [decorators]]}} of
nova/network/manager.py, of the methods that by_objects.py overrides, calls or has called; the names that the module's top level
imports; and, of nova/objects/*.py, the same of the methods that it calls.
"""
import ast
import json
import os
import sys

MANAGER = "nova/network/manager.py"
METHODS = ["_bottom_reserved_ips", "_create_fixed_ips", "_disassociate_stale_fixed_ips", "_do_create_networks", "_get_dhcp_ip",
           "_get_network_by_id", "_top_reserved_ips", "_uses_shared_ip", "allocate_fixed_ip", "deallocate_fixed_ip",
           "delete_network", "release_fixed_ip", "remove_fixed_ip_from_instance", "validate_networks"]
OBJECTS = {
    "nova/objects/fixed_ip.py": ["bulk_create", "create", "get_by_address", "get_by_network", "get_by_network_and_host", "save"],
    "nova/objects/instance.py": ["get_by_uuid"],
    "nova/objects/network.py": ["destroy", "get_all", "get_by_cidr", "get_by_id", "get_by_uuid"],
    "nova/objects/virtual_interface.py": ["get_by_instance_and_network"],
}
# In 12.0 the versions of nova.objects.Instance have their methods of this class.
NAMES = {"_BaseInstance": "Instance"}


def name_of(argument):
    """Of a parameter, as the ast of either Python has it."""
    return argument if argument is None or isinstance(argument, str) else getattr(argument, "arg", getattr(argument, "id", None))


def decorator_of(node):
    """a.b(c) as "a.b"."""
    if isinstance(node, ast.Call):
        return decorator_of(node.func)
    if isinstance(node, ast.Attribute):
        return "%s.%s" % (decorator_of(node.value), node.attr)
    return node.id


def classes(tree, methods):
    found = {}
    for class_ in tree.body:
        if isinstance(class_, ast.ClassDef):
            members = {}
            for node in class_.body:
                if isinstance(node, ast.FunctionDef) and node.name in methods:
                    members[node.name] = [
                        [name_of(argument) for argument in node.args.args], len(node.args.defaults),
                        [name_of(node.args.vararg), name_of(node.args.kwarg)],
                        [decorator_of(decorator) for decorator in node.decorator_list]]
            if members:
                found[NAMES.get(class_.name, class_.name)] = members
    return found


def imports(tree):
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
    return sorted(found)


def compared_managers(tree):
    """What _do_create_networks() compares the option network_manager with."""
    return sorted(set(
        getattr(node.comparators[0], "value", getattr(node.comparators[0], "s", None)) for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "network_manager"))


def read(checkout):
    def parse(path):
        with open(os.path.join(checkout, path)) as file:
            return ast.parse(file.read())

    tree = parse(MANAGER)
    objects = {}
    for path in sorted(OBJECTS):
        objects.update(classes(parse(path), OBJECTS[path]))
    return {"classes": classes(tree, METHODS), "imports": imports(tree), "compared": compared_managers(tree), "objects": objects}


def main(arguments):
    table = dict((release, read(checkout)) for release, checkout in (argument.split("=", 1) for argument in arguments))
    # A line for each release.
    lines = ["%s: %s" % (json.dumps(release), json.dumps(table[release], sort_keys=True)) for release in sorted(table)]
    sys.stdout.write("{\n%s\n}\n" % ",\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
