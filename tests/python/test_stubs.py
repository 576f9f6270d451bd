"""The types for Python 3 against what there is at run time: every name and every argument."""
import ast
import os
import sys
import unittest

import ip_driver
from ip_driver import _operations, driver, errors, results

HERE = os.path.dirname(os.path.abspath(ip_driver.__file__))


def stub(name):
    with open(os.path.join(HERE, name + ".pyi")) as source:
        return ast.parse(source.read())


def classes(tree):
    return dict((node.name, node) for node in tree.body if isinstance(node, ast.ClassDef))


def methods(node):
    return dict((item.name, item) for item in node.body if isinstance(item, ast.FunctionDef))


def public(thing):
    return set(name for name in vars(thing) if not name.startswith("_"))


@unittest.skipIf(sys.version_info[0] < 3, "stubs are Python 3")
class Stubs(unittest.TestCase):
    def test_operations(self):
        stubs = classes(stub("_operations"))
        for group in _operations.CLASSES.values():
            typed = methods(stubs[group.__name__])
            self.assertEqual(set(typed), public(group) - set(["operations"]), group.__name__)
            for verb, operation in group.operations.items():
                for name in (verb, verb + "_page"):
                    if name in typed:
                        arguments = [argument.arg for argument in typed[name].args.kwonlyargs]
                        self.assertEqual(arguments, list(operation.names), operation.function)

    def test_records(self):
        stubs = classes(stub("results"))
        for record in list(results.OF_STRUCT.values()) + [results.Page]:
            fields = [item.target.id for item in stubs[record.__name__].body if isinstance(item, ast.AnnAssign)]
            self.assertEqual(fields, list(record._fields), record.__name__)

    def test_handle(self):
        stubs = classes(stub("driver"))
        for made in (driver.Driver, driver.Transaction):
            self.assertEqual(set(name for name in methods(stubs[made.__name__]) if not name.startswith("_")), public(made))
        groups = [item.target.id for item in stubs["_Handle"].body if isinstance(item, ast.AnnAssign)]
        self.assertEqual(sorted(groups), sorted(_operations.CLASSES))

    def test_package_and_errors(self):
        exported = [alias.asname for node in stub("__init__").body if isinstance(node, ast.ImportFrom) for alias in node.names]
        self.assertEqual(sorted(exported), sorted(ip_driver.__all__))
        self.assertEqual(set(classes(stub("errors"))), set(name for name in public(errors) if isinstance(getattr(errors, name), type)))


if __name__ == "__main__":
    unittest.main()
