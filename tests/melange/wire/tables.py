#!/usr/bin/env python3
"""Compares the tables of the wire format with the public headers and with docs/rest.md.

    tables.py INCLUDE_FOLDER DUMP REST_MD

A field, flag, bit or operation of the headers that the tables lack, or have otherwise, is told, and so is an operation or key
that the document does not name. DUMP prints the tables."""

import json
import pathlib
import re
import subprocess
import sys

include, dump, document = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
problems = []


def same(what, expected, found):
    if expected != found:
        problems.append(f"{what}: the headers have {expected}, the tables {found}")


# The headers.
texts = {path.name: re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S) for path in include.glob("*.h")}
clients = "\n".join(text for name, text in sorted(texts.items()) if name != "backend.h")
structs = {}
for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", clients, re.S):
    fields = []
    for declaration in filter(None, (part.strip() for part in body.split(";"))):
        kind, field = re.match(r"(.*?[ *])(\w+)(?:\[\d+\])?$", " ".join(declaration.split())).groups()
        fields.append((kind.replace(" ", ""), field))
    structs[name] = fields
constants = {name: int(value, 16) for name, value in re.findall(r"#define (IP_DRIVER_\w+) (0x[0-9a-f]+)u", clients)}
enums = {}
for name, body in re.findall(r"typedef int32_t (ip_driver_\w+);\s*enum \{(.*?)\};", clients, re.S):
    enums[name] = re.findall(r"(IP_DRIVER_\w+) = (\d+)", body)

NUMBERS = {"int32_t": "int32", "uint32_t": "uint32", "int64_t": "int64", "uint64_t": "uint64"}


def expected_fields(struct):
    """Of a struct of the headers: name to (kind, bit, choices, struct of the elements)."""
    declared = structs[struct]
    counts = {name for kind, name in declared if kind == "size_t" and name.endswith("count")}
    stem = struct.removesuffix("_args").upper()
    result = {}
    for kind, name in declared:
        if name in ("size", "reserved", "set") or name in counts:
            continue
        if name == "flags":
            bits = {constant: bit for constant, bit in constants.items() if constant.startswith(stem + "_")}
            assert bits, f"{struct} has flags without bits"
            for constant, bit in bits.items():
                result[constant.removeprefix(stem + "_").lower()] = ("flag", bit, [], None)
            continue
        # IP_DRIVER_BLOCK_SET_NETWORK belongs to ip_driver_block_update_args.
        owner = stem.removesuffix("_UPDATE") + "_SET_"
        bit = constants.get(owner + name.upper(), 0) if ("uint32_t", "set") in declared else 0
        bare = re.sub(r"const|\*", "", kind)
        if kind == "constchar*":
            result[name] = ("text", bit, [], None)
        elif kind in NUMBERS:
            result[name] = (NUMBERS[kind], bit, [], None)
        elif kind in enums:
            prefix = kind.upper().removesuffix("_TYPE").removesuffix("_STATE") + "_"
            words = [word.removeprefix(prefix).lower() for word, value in enums[kind]]
            assert [value for word, value in enums[kind]] == [str(n) for n in range(len(words))]
            result[name] = ("choice", bit, words, None)
        elif kind == "constchar*const*":
            result[name] = ("texts", bit, [], None)
        elif kind.count("*") == 2:
            result[name] = ("pointers", bit, [], bare)
        elif kind.count("*") == 1 and name.removesuffix("s") + "_count" in counts:
            result[name] = ("structs", bit, [], bare)
        elif kind.count("*") == 1:
            result[name] = ("struct", bit, [], bare)
        else:
            raise AssertionError(f"{struct}.{name} is a {kind}, which this test does not know")
    # A bit of `set` that no field has would be a misspelt one.
    if ("uint32_t", "set") in declared:
        bits = [bit for constant, bit in constants.items() if constant.startswith(stem.removesuffix("_UPDATE") + "_SET_")]
        assert sorted(bits) == sorted(bit for kind, bit, choices, of in result.values() if bit), struct
    return result


compared = 0


def compare_type(where, struct, table):
    global compared
    compared += 1
    expected = expected_fields(struct)
    found = {field["name"]: field for field in table["fields"]}
    same(f"fields of {where} ({struct})", sorted(expected), sorted(found))
    same(f"{where} ({struct}) has a size", ("size_t", "size") in structs[struct], table["sized"])
    for name in expected.keys() & found.keys():
        kind, bit, choices, element = expected[name]
        same(f"{where}.{name}", (kind, bit, choices),
             (found[name]["kind"], found[name]["bit"], found[name]["choices"]))
        if element is not None and found[name]["type"] is not None:
            compare_type(f"{where}.{name}", element, found[name]["type"])


# The operations, with the comment that says what each returns.
operations = []
backend = (include / "backend.h").read_text()
for group, body in re.findall(r"typedef struct ip_driver_(\w+)_ops \{(.*?)\} ip_driver_\w+_ops;", backend, re.S):
    if group == "transaction":
        continue
    for comment, member, parameters in re.findall(r"/\*(.*?)\*/\s*\w+ \(\*(\w+)\) \((.*?)\);", body, re.S):
        operations.append((group, member, " ".join(comment.split()), " ".join(parameters.split())))
results = {name: struct for name, struct in
           re.findall(r"ip_driver_return_(\w+) \(ip_driver_results \*results,\s*const (ip_driver_\w+) \*", backend)}
assert len(operations) >= 64 and len(results) >= 14 and len(structs) >= 60

tables = json.loads(subprocess.run([dump], check=True, capture_output=True, text=True).stdout)
same("operations", [f"{group}.{member.rstrip('_')}" for group, member, comment, parameters in operations],
     [table["name"] for table in tables])

for (group, member, comment, parameters), table in zip(operations, tables):
    name = table["name"]
    args = re.search(r"const (ip_driver_\w+_args) \*args", parameters)
    keys = re.findall(r"const char \*(\w+)", parameters)
    found = [] if table["args"] is None else [field["name"] for field in table["args"]["fields"]]
    if args:
        compare_type(f"{name} args", args.group(1), table["args"])
    else:
        same(f"arguments of {name}", keys, found)

    # "Returns one MAC range.", "Returns addresses, as they were ...", "Returns nothing.", "Sets *ret_purged."
    words = comment.lower()
    number = re.search(r"uint64_t \*ret_(\w+)", parameters)
    if number:
        expected = ("number", number.group(1))
    elif words.startswith("returns nothing"):
        expected = ("nothing", None)
    else:
        one = re.match(r"returns one (\w+(?: \w+)?)", words)
        expected = ("one" if one else "list", table["result_name"])
    same(f"what {name} returns", expected, (table["returns"], table["result_name"]))
    if table["result"] is not None:
        # The struct is found by its fields: what the comment names in prose.
        fitting = [struct for struct in results.values()
                   if sorted(expected_fields(struct)) == sorted(field["name"] for field in table["result"]["fields"])]
        if len(fitting) != 1:
            problems.append(f"result of {name}: its fields are those of {fitting or 'no struct'}")
        else:
            compare_type(f"{name} result", fitting[0], table["result"])
            noun = re.sub(r"\W", " ", words).replace("returns", "")
            stem = fitting[0].removeprefix("ip_driver_").removesuffix("_result").replace("_", " ")
            # "Returns one route", "Returns ranges" (of policies), "one check report", "usage".
            last = stem.split()[-1].rstrip("hsy")
            if last not in noun:
                problems.append(f"result of {name}: \"{comment}\", but the table has {fitting[0]}")

    reads = re.search(r"\.(get|list|list_\w+|usage|find|snapshot|check)$", name) is not None
    same(f"{name} changes something", not reads, table["changes"])
    same(f"{name} is of a tenant", "tenant" in found, table["of_tenant"])
    undo = {"address.allocate": "addresses", "network.allocate": "addresses"}.get(
        name, "creation" if member == "create" else "nothing")
    same(f"how {name} is undone", undo, table["undo"])
    if table["undo"] == "creation" and "id" not in found:
        problems.append(f"{name} is to be undone by an id that its caller cannot choose")

# The document: a row for each operation, with the keys of its arguments and its answer, and one for each object.
lines = document.read_text().splitlines()


def cells_of(heading, first):
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    end = lines.index("", begin)
    rows = [line for line in lines[begin:end] if line.startswith(f"| `{first}` |")]
    if len(rows) != 1:
        problems.append(f"{document.name} has {len(rows)} rows for `{first}`")
        return None
    return [set(re.findall(r"`(\w+)`", cell)) for cell in rows[0].strip("|").split("|")[1:]]


def keys_of(table):
    return {field["name"] for field in table["fields"]} if table else set()


def compare_row(heading, first, expected, column):
    cells = cells_of(heading, first)
    if cells is not None:
        same(f"`{first}` in {document.name}", sorted(expected), sorted(cells[column]))


objects = {}


def add_object(name, table):
    singular = {"matches": "match", "addresses": "address", "address": "address", "policies": "policy"}.get(
        name, name.removesuffix("s"))
    objects.setdefault(singular, keys_of(table))
    for field in table["fields"]:
        if field["type"]:
            add_object(field["name"], field["type"])


for table in tables:
    path = table["name"].replace(".", "/")
    answer = {table["result_name"]} if table["result_name"] else set()
    if table["returns"] == "list" and "limit" in keys_of(table["args"]):
        answer.add("next_marker")
    compare_row("`GROUP/OPERATION`", path, keys_of(table["args"]), 0)
    compare_row("`GROUP/OPERATION`", path, answer, 1)
    if table["result"]:
        add_object(table["result_name"], table["result"])
for name, keys in objects.items():
    compare_row("object", name, keys, 0)

for problem in problems:
    print(problem, file=sys.stderr)
print(f"{len(tables)} operations and {compared} structs compared, {len(problems)} problems")
sys.exit(1 if problems else 0)
