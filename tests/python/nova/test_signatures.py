"""by_objects.py fits Nova 2014.1 to 20.x, release by release: what it overrides and calls has the parameters that signatures.json
says, which read_signatures.py has read from Nova's source. So do the stand-ins that the other tests run on.
"""
import ast
import json
import os
import unittest

import read_signatures

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, "..", "..", "..", "bindings", "python", "ip_driver", "nova", "network", "by_objects.py")
RELEASES = 12


def load():
    with open(os.path.join(HERE, "signatures.json")) as file:
        return json.load(file)


def parse(path):
    with open(path) as file:
        return ast.parse(file.read())


def takes(signature, count, keywords):
    """Whether a function can be called with so many positional arguments (self among them) and these keywords."""
    parameters, defaults, (rest, keyword_rest), _decorators = signature
    if count > len(parameters) and rest is None:
        return False
    left = parameters[count:]
    if [name for name in keywords if name not in left] and keyword_rest is None:
        return False
    return not [name for name in left[:max(0, len(parameters) - defaults - count)] if name not in keywords]


class Signatures(unittest.TestCase):
    def setUp(self):
        self.table = load()
        self.tree = parse(SOURCE)
        self.ours = read_signatures.classes(self.tree, read_signatures.METHODS)

    def test_releases(self):
        self.assertEqual(len(self.table), RELEASES)

    def test_overridden_methods_take_what_the_stock_ones_take(self):
        checked = 0
        for release, found in sorted(self.table.items()):
            for class_, methods in sorted(found["classes"].items()):
                for name, signature in sorted(methods.items()):
                    mine = dict(self.ours["_OnDriver"], **self.ours["VlanManager"]).get(name)
                    if mine is None:
                        continue
                    checked += 1
                    parameters, defaults, (_rest, keyword_rest), _decorators = signature
                    required = len(parameters) - defaults
                    # By position, and by name as over RPC; with and without what has a default.
                    for count in range(2, len(parameters) + 1):
                        for last in range(max(count, required), len(parameters) + 1):
                            self.assertTrue(takes(mine, count, parameters[count:last]), (release, class_, name, count, last))
                    self.assertEqual(keyword_rest is None or mine[2][1] is not None, True, (release, class_, name))
        self.assertGreater(checked, 10 * RELEASES)

    def test_overridden_methods_exist(self):
        for release, found in self.table.items():
            stock = set(name for methods in found["classes"].values() for name in methods)
            for class_ in ("_OnDriver", "VlanManager"):
                self.assertEqual([name for name in self.ours[class_] if name not in stock], [], release)
            # By which _has_own_dhcp_ip() tells 2014.1.
            self.assertEqual("_uses_shared_ip" in stock, release != "2014.1.5")
            self.assertIn("objects" if release != "2014.1.5" else "fixed_ip_obj", found["imports"])
            for name in ("periodic_task", "utils"):
                self.assertIn(name, found["imports"])

    def test_decorators(self):
        """What a decorator does is lost when a method is overridden: these are made up for, or are the super() call's."""
        known = {"_get_dhcp_ip": ["utils.synchronized"]}
        for release, found in self.table.items():
            for class_, methods in found["classes"].items():
                for name in methods:
                    if name in self.ours["_OnDriver"] or name in self.ours["VlanManager"]:
                        self.assertEqual(methods[name][3], known.get(name, []), (release, class_, name))

    def test_vlan_is_decided_by_the_name_of_the_stock_class(self):
        for release, found in self.table.items():
            self.assertEqual(found["compared"], ["nova.network.manager.VlanManager"], release)

    def test_calls_of_objects(self):
        calls = set()
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = node.func.value
            if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name) and owner.value.id == "objects":
                calls.add((owner.attr, node.func.attr, len(node.args), tuple(keyword.arg for keyword in node.keywords)))
        self.assertGreater(len(calls), 8)
        for release, found in self.table.items():
            for class_, method, count, keywords in calls:
                signature = found["objects"][class_][method]
                self.assertIn(signature[3], (["obj_base.remotable_classmethod"], ["base.remotable_classmethod"]))
                self.assertTrue(takes(signature, count + 1, keywords), (release, class_, method))
            # Called on an object: the context, where it is a parameter, is put in by remotable().
            for class_, method in (("FixedIP", "create"), ("FixedIP", "save"), ("Network", "destroy")):
                self.assertIn(found["objects"][class_][method][0], (["self"], ["self", "context"]))

    def test_stand_ins(self):
        """Both flavours have the parameters of their release; what they leave out, they do not name."""
        stand_in = read_signatures.classes(parse(os.path.join(HERE, "standin", "objects_manager.py")), read_signatures.METHODS)
        for release in ("2014.1.5", "20.6.1"):
            for class_, methods in stand_in.items():
                for name in methods:
                    # Where the flavours differ, the stand-in has what both have.
                    if name not in ("_do_create_networks", "_create_fixed_ips"):
                        real = self.table[release]["classes"][class_][name]
                        self.assertEqual(methods[name][:3], real[:3], (release, class_, name))


if __name__ == "__main__":
    unittest.main()
