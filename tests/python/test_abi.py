"""The ctypes declarations against the C headers: every struct, field, size, offset, prototype and number."""
import ctypes
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import headers
from ip_driver import _abi, _operations, _words, errors

HERE = os.path.dirname(os.path.abspath(__file__))
STRUCTS = dict((name, kind) for name, kind in vars(_abi).items()
               if isinstance(kind, type) and issubclass(kind, ctypes.Structure) and kind is not ctypes.Structure)


def c_name(python_name):
    return "ip_driver" + re.sub("([A-Z])", r"_\1", python_name).lower()


def c_type(kind):
    """The ctypes form of a C parameter's type."""
    plain = kind.replace("const ", "").replace(" const", "").replace("*const", "*").replace(" ", "")
    stars = len(plain) - len(plain.rstrip("*"))
    plain = plain.rstrip("*")
    if plain == "char" and stars:
        made, stars = ctypes.c_char_p, stars - 1
    elif plain in ("ip_driver", "void") and stars:
        made, stars = ctypes.c_void_p, stars - 1
    elif plain == "void":
        return None
    elif plain in headers.enumerations():
        made = ctypes.c_int32
    elif plain == "ip_driver_log_function":
        made = _abi.LOG_FUNCTION
    elif plain in ("size_t", "int32_t", "uint32_t", "int64_t", "uint64_t"):
        made = getattr(ctypes, "c_" + plain.replace("int32_t", "int32").replace("int64_t", "int64"))
    else:
        made = dict((c_name(name), struct) for name, struct in STRUCTS.items())[plain]
    for _ in range(stars):
        made = ctypes.POINTER(made)
    return made


class Declarations(unittest.TestCase):
    def test_structs_have_the_fields_of_the_headers(self):
        declared = dict((c_name(name), [field for field, _ in kind._fields_]) for name, kind in STRUCTS.items())
        self.assertEqual(declared, headers.structs())

    def test_sizes_and_offsets_are_those_of_the_compiler(self):
        lines = []
        for name, kind in sorted(STRUCTS.items()):
            lines.append('printf ("%s %%zu\\n", sizeof (%s));' % (name, c_name(name)))
            for field, _ in kind._fields_:
                lines.append('printf ("%s.%s %%zu %%zu\\n", offsetof (%s, %s), sizeof (((%s *)0)->%s));' % (
                    name, field, c_name(name), field, c_name(name), field))
        program = "#include <ip_driver/ip_driver.h>\n#include <stdio.h>\nint main (void)\n{\n%s\n}\n" % "\n".join(lines)
        folder = tempfile.mkdtemp()
        try:
            with open(os.path.join(folder, "abi.c"), "w") as source:
                source.write(program)
            include = os.path.join(HERE, "..", "..", "include")
            made = os.path.join(folder, "abi")
            subprocess.check_call([os.environ.get("CC", "cc"), "-I", include, "-o", made, os.path.join(folder, "abi.c")])
            said = subprocess.Popen([made], stdout=subprocess.PIPE).communicate()[0].decode("ascii").splitlines()
        finally:
            shutil.rmtree(folder)
        expected = []
        for name, kind in sorted(STRUCTS.items()):
            expected.append("%s %d" % (name, ctypes.sizeof(kind)))
            for field, _ in kind._fields_:
                place = getattr(kind, field)
                expected.append("%s.%s %d %d" % (name, field, place.offset, place.size))
        self.assertEqual(said, expected)

    def test_prototypes(self):
        expected = dict((name, (c_type(result), tuple(c_type(kind) for kind, _ in parameters)))
                        for name, (result, parameters) in headers.functions().items())
        self.assertEqual(sorted(_abi.FUNCTIONS), sorted(expected))
        for name in expected:
            self.assertEqual(_abi.FUNCTIONS[name], expected[name], name)

    def test_parameters_of_functions_without_a_struct(self):
        for group, made in _operations.CLASSES.items():
            for verb, operation in made.operations.items():
                if operation.args:
                    continue
                parameters = [name for kind, name in headers.functions()[operation.function][1]
                              if kind == "const char *"]
                self.assertEqual(list(operation.parameters), parameters, operation.function)

    def test_every_function_can_be_called(self):
        methods = set(operation.function for made in _operations.CLASSES.values() for operation in made.operations.values())
        frees = set(name for name in _abi.FUNCTIONS if name.endswith("_free"))
        others = set("ip_driver_" + name for name in (
            "status_name", "version", "open", "open_settings", "close", "supports", "info_get", "backend_list", "log_set",
            "transaction_begin", "transaction_commit", "transaction_rollback"))
        self.assertEqual(methods | frees | others, set(_abi.FUNCTIONS))


class Numbers(unittest.TestCase):
    numbers = headers.numbers()

    def test_statuses(self):
        for number, kind in enumerate(errors.BY_STATUS):
            name = "OK" if kind is None else kind.status.upper()
            self.assertEqual(self.numbers["IP_DRIVER_" + name], number)
        block = re.search(r"enum \{\s*IP_DRIVER_OK = 0.*?\}", headers.SOURCE, re.S).group(0)
        self.assertEqual(len(re.findall("IP_DRIVER_", block)), len(errors.BY_STATUS))

    def check_bits(self, table, infix):
        prefixes = set()
        for struct, bits in table.items():
            for word, bit in bits.items():
                owner = re.sub("(_list|_update|_purge|_reconcile|_expire)?_args$", "", c_name(struct.__name__))
                verb = re.search("_(list|update|purge|reconcile|expire)_args$", c_name(struct.__name__)).group(1)
                prefix = (owner + (infix or "_" + verb)).upper() + "_"
                prefixes.add(prefix)
                self.assertEqual(self.numbers[prefix + word.upper()], bit, prefix + word)
        # None is forgotten.
        count = sum(len(bits) for bits in table.values())
        self.assertEqual(len([name for name in self.numbers if name.startswith(tuple(prefixes))]), count)

    def test_flags(self):
        self.check_bits(_words.FLAGS, None)

    def test_sets(self):
        self.check_bits(_words.SETS, "_set")

    def test_choices(self):
        for field, prefix in (("type", "IP_DRIVER_BLOCK_"), ("state", "IP_DRIVER_ADDRESS_")):
            for number, word in enumerate(_words.CHOICES[field]):
                self.assertEqual(self.numbers[prefix + word.upper()], number)

    def test_every_struct_with_flags_or_set_is_known(self):
        for struct in STRUCTS.values():
            fields = dict(struct._fields_)
            self.assertEqual("flags" in fields, struct in _words.FLAGS, struct.__name__)
            self.assertEqual("set" in fields, struct in _words.SETS, struct.__name__)


if __name__ == "__main__":
    unittest.main()
