"""The API extension: operations, attempts and transactions."""
import json
import threading
import unittest
import uuid

from support import WithServer

ATTEMPTS = "/v0.1/ip_driver/attempts/"


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


class Operations(WithServer):
    def test_announcement(self):
        extensions = self.server.get("/v0.1/extensions").json["extensions"]
        self.assertEqual([extension["alias"] for extension in extensions], ["IPDRIVER"])
        self.assertEqual(self.server.get("/v0.1/extensions/IPDRIVER").json, {"extension": extensions[0]})
        about = self.server.get("/v0.1/ip_driver").json["ip_driver"]
        self.assertEqual((about["version"], about["backend"]), ("1.0.0", "native"))
        self.assertEqual(str(uuid.UUID(about["served_by"])), about["served_by"])
        self.assertIn("hold", about["capabilities"])

    def test_every_capability_has_its_operation(self):
        """It is there, and takes its arguments strictly."""
        for name in self.server.get("/v0.1/ip_driver").json["ip_driver"]["capabilities"]:
            if "." not in name or name.startswith("transaction."):
                continue
            answer = self.assertStatus(400, self.server.call(name, {"no_such_key": 1}))
            self.assertEqual(answer.headers["X-Ip-Driver-Status"], "invalid", name)

    def test_arguments_are_taken_strictly(self):
        for args in (
            {"tenant": 1},
            {"limit": "5"},
            {"limit": -1},
            {"roots": 1},
            {"type": "odd"},
            {"marker": "a\0b"},
            {"unknown": None},
        ):
            self.assertStatus(400, self.server.call("block.list", args))
        self.assertStatus(400, self.server.request("POST", "/v0.1/ip_driver/block/list", b"[1]", {"Content-Type": "application/json"}))
        self.assertStatus(200, self.server.request("POST", "/v0.1/ip_driver/block/list"))

    def test_what_is_not_there(self):
        for path in ("block/none", "none/list", "block", "transaction/none", "block/list/more"):
            self.assertStatus(404, self.server.request("POST", "/v0.1/ip_driver/" + path, {}))
        self.assertStatus(404, self.server.get("/v0.1/ip_driver/block/list"))

    def test_fault_tells_the_status(self):
        answer = self.server.call("block.get", {"id": str(uuid.uuid4())})
        self.assertStatus(404, answer)
        self.assertEqual(answer.headers["X-Ip-Driver-Status"], "not_found")
        self.assertEqual(answer.headers["X-Ip-Driver-Retryable"], "0")
        self.assertEqual(answer.json["NotFound"]["code"], 404)

    def test_pages(self):
        for number in range(5):
            self.block(cidr="10.%d.0.0/24" % number, network="n%d" % number)
        seen, marker = [], None
        while True:
            page = self.operation("block.list", limit=2, **({"marker": marker} if marker else {}))
            seen += [block["cidr"] for block in page["blocks"]]
            marker = page.get("next_marker")
            if marker is None:
                break
        self.assertEqual(seen, ["10.%d.0.0/24" % number for number in range(5)])

    def test_tenant_calls_for_himself(self):
        block = self.block()
        below = "/ipam/tenants/other"
        own = self.server.call("block.create", {"cidr": "10.9.0.0/24", "type": "private"}, below=below)
        self.assertEqual(own.json["block"]["tenant"], "other")
        self.assertStatus(404, self.server.call("block.get", {"id": block}, below=below))
        self.assertStatus(403, self.server.call("block.get", {"id": block, "tenant": "acme"}, below=below))
        self.assertEqual(len(self.server.call("block.list", below=below).json["blocks"]), 1)
        # What belongs to no tenant.
        self.assertStatus(404, self.server.call("mac_range.list", below=below))
        self.assertStatus(404, self.server.call("store.check", below=below))
        self.assertStatus(404, self.server.call("transaction.begin", below=below))

    def test_tenant_reaches_no_network_of_another(self):
        self.block()
        below = "/ipam/tenants/other"
        for networks in ([{"network": "net", "tenant": "acme"}], [{"network": "net", "tenant": 5}]):
            self.assertStatus(403, self.server.call("interface.create", {"networks": networks}, below=below))
            args = {"device": "d", "interfaces": [{"networks": networks}]}
            self.assertStatus(403, self.server.call("interface.replace_all", args, below=below))
        args = {"device": "d", "interfaces": [{"tenant": "acme"}]}
        self.assertStatus(403, self.server.call("interface.replace_all", args, below=below))
        self.assertStatus(404, self.server.call("network.allocate", {"network": "net"}, below=below))


class Unannounced(WithServer):
    settings = {"announce_extension": "false"}

    def test_announcement(self):
        self.assertEqual(self.server.get("/v0.1/extensions").json, {"extensions": []})
        self.assertStatus(404, self.server.get("/v0.1/extensions/IPDRIVER"))


class Attempts(WithServer):
    def test_repetition_is_answered_alike(self):
        block, headers = self.block(), key()
        first = self.server.call("address.allocate", {"block": block}, headers)
        second = self.server.call("address.allocate", {"block": block}, headers)
        self.assertEqual((first.status, first.text), (second.status, second.text))
        self.assertEqual(self.usage(block)["allocated"], 1)

    def test_faults_are_remembered_too(self):
        block, headers = self.block(cidr="10.0.0.0/31"), key()
        for number in range(2):
            self.assertStatus(200, self.server.call("address.allocate", {"block": block}))
        for number in range(2):
            answer = self.server.call("address.allocate", {"block": block}, headers)
            self.assertStatus(422, answer)
            self.assertEqual(answer.headers["X-Ip-Driver-Status"], "exhausted")

    def test_on_the_historical_routes(self):
        self.block()
        path, headers = "/v0.1/ipam/tenants/acme/networks/net/interfaces/vif/ip_allocations", key()
        texts = {self.server.request("POST", path, headers=headers).text for number in range(3)}
        self.assertEqual(len(texts), 1)
        self.assertEqual(len(self.server.get(path).json["ip_addresses"]), 1)

    def test_same_key_at_once(self):
        block, headers, answers = self.block(), key(), []
        start = threading.Barrier(16)

        def work():
            start.wait()
            answers.append(self.server.call("address.allocate", {"block": block}, headers))

        threads = [threading.Thread(target=work) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertEqual(self.usage(block)["allocated"], 1)

    def test_same_key_for_something_else(self):
        block, headers = self.block(), key()
        self.assertStatus(200, self.server.call("address.allocate", {"block": block}, headers))
        for operation, args in (("address.allocate", {"block": block, "count": 2}), ("block.delete", {"id": block})):
            answer = self.assertStatus(422, self.server.call(operation, args, headers))
            self.assertNotIn("X-Ip-Driver-Status", answer.headers)

    def test_key_that_is_none(self):
        block = self.block()
        for text in ("", "x" * 256):
            headers = {"Idempotency-Key": text}
            self.assertStatus(400, self.server.call("address.allocate", {"block": block}, headers))

    def test_reading_is_not_remembered(self):
        block, headers = self.block(), key()
        self.assertStatus(200, self.server.call("block.list", {}, headers))
        self.block(cidr="10.1.0.0/24", network="other")
        self.assertEqual(len(self.server.call("block.list", {}, headers).json["blocks"]), 2)

    def test_other_process(self):
        block, served_by = self.block(), self.server.get("/v0.1/ip_driver").json["ip_driver"]["served_by"]
        headers = {**key(), "X-Ip-Driver-Served-By": served_by}
        answer = self.assertStatus(200, self.server.call("address.allocate", {"block": block}, headers))
        self.assertEqual(answer.headers["X-Ip-Driver-Served-By"], served_by)
        headers["X-Ip-Driver-Served-By"] = str(uuid.uuid4())
        answer = self.assertStatus(412, self.server.call("address.allocate", {"block": block}, headers))
        self.assertEqual(answer.headers["X-Ip-Driver-Served-By"], served_by)
        self.assertEqual(self.usage(block)["allocated"], 1)

    def abandon(self, headers):
        answer = self.server.request("DELETE", ATTEMPTS + headers["Idempotency-Key"])
        self.assertEqual((answer.status, answer.json), (200, {}))

    def test_abandoned_before_it_arrives(self):
        block, headers = self.block(), key()
        for number in range(2):
            self.abandon(headers)
        for number in range(2):
            answer = self.assertStatus(409, self.server.call("address.allocate", {"block": block}, headers))
            self.assertNotIn("X-Ip-Driver-Status", answer.headers)
        self.assertEqual(self.usage(block)["allocated"], 0)

    def test_abandoned_allocations_are_free(self):
        """At once: nobody has learned of them."""
        block = self.block()
        for operation, args in (
            ("address.allocate", {"block": block, "count": 3}),
            ("address.allocate", {"block": block, "hold": 60}),
            ("address.allocate", {"block": block, "device": "d"}),
            ("network.allocate", {"network": "net", "interface": "vif"}),
            ("interface.create", {"tenant": "acme", "networks": [{"network": "net", "addresses": ["10.0.0.9"]}]}),
        ):
            before, headers = self.usage(block), key()
            self.assertStatus(200, self.server.call(operation, args, headers))
            self.assertNotEqual(self.usage(block), before)
            self.abandon(headers)
            self.assertEqual(self.usage(block), before, operation)
            self.assertStatus(409, self.server.call(operation, args, headers))
        self.assertEqual([item["id"] for item in self.operation("interface.list")["interfaces"]], ["vif"])

    def test_abandoned_creations_are_gone(self):
        block = self.block()
        policy = self.operation("policy.create", tenant="acme", name="p")["policy"]["id"]
        for group, args, where in (
            ("block", {"tenant": "acme", "cidr": "10.8.0.0/24", "type": "private"}, {}),
            ("subnet", {"block": block, "cidr": "10.0.0.0/25"}, {"block": block}),
            ("interface", {"tenant": "acme", "id": "vif"}, {}),
            ("mac_range", {"cidr": "00:16:3e:00:00:00/24"}, {}),
            ("route", {"block": block, "destination": "1.0.0.0", "netmask": "8", "gateway": "10.0.0.1"}, {"block": block}),
            ("policy", {"tenant": "acme", "name": "q"}, {}),
            ("policy_range", {"policy": policy, "offset": 1, "length": 2}, {"policy": policy}),
            ("policy_octet", {"policy": policy, "octet": 7}, {"policy": policy}),
        ):
            before, headers = self.operation(group + ".list", **where), key()
            self.assertStatus(200, self.server.call(group + ".create", args, headers))
            self.assertNotEqual(self.operation(group + ".list", **where), before)
            self.abandon(headers)
            self.assertEqual(self.operation(group + ".list", **where), before, group)

    def test_abandoned_on_the_historical_routes(self):
        root = "/v0.1/ipam/tenants/acme"
        block = self.block()
        before, usage = self.operation("block.list"), self.usage(block)
        for path, body in (
            (root + "/ip_blocks", {"ip_block": {"cidr": "10.8.0.0/24", "type": "private"}}),
            (root + "/ip_blocks/%s/ip_addresses" % block, {"ip_address": {"interface_id": "v1"}}),
            (root + "/ip_blocks/%s/ip_addresses" % block, {"ip_address": {"interface_id": 7}}),
            (root + "/ip_blocks/%s/ip_addresses" % block, {"ip_address": {"interface_id": ""}}),
            (root + "/ip_blocks/%s/ip_addresses" % block, None),
            (root + "/networks/net/interfaces/v2/ip_allocations", {}),
            ("/v0.1/ipam/interfaces", {"interface": {"tenant_id": "acme", "network": {"id": "net"}}}),
            (root + "/ip_blocks/%s/ip_routes" % block, {"ip_route": {"destination": "1.0.0.0", "netmask": "255.0.0.0", "gateway": "10.0.0.1"}}),
            (root + "/policies", {"policy": {"name": "p"}}),
        ):
            headers = key()
            self.assertStatus(201, self.server.request("POST", path, body, headers))
            self.abandon(headers)
        self.assertEqual(self.operation("block.list"), before)
        self.assertEqual(self.usage(block), usage)
        self.assertEqual(self.operation("route.list", block=block)["routes"], [])
        self.assertEqual(self.operation("policy.list")["policies"], [])
        self.assertEqual([item["id"] for item in self.operation("interface.list")["interfaces"]], ["v1", "7", "v2"])

    def test_request_key_keeps_what_it_gave(self):
        """It may have given it to an earlier call, that was answered."""
        block = self.block()
        args = {"block": block, "tenant": "acme", "request_key": "k"}
        first = self.server.call("address.allocate", args).json
        headers = key()
        self.assertEqual(self.server.call("address.allocate", args, headers).json, first)
        self.abandon(headers)
        self.assertEqual(self.server.call("address.allocate", args).json, first)

    def test_abandoned_while_it_runs(self):
        """It is waiting for another writer."""
        block, headers, answers = self.block(), key(), []
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        allocate = threading.Thread(
            target=lambda: answers.append(self.server.call("address.allocate", {"block": block}, headers))
        )
        abandon = threading.Thread(target=lambda: self.abandon(headers))
        allocate.start()
        while self.server.metric("melange_server_attempts_remembered") < 1:
            pass
        abandon.start()
        while self.server.metric("melange_server_requests_in_flight") < 3:
            pass
        self.assertTrue(allocate.is_alive() and abandon.is_alive())
        self.assertStatus(
            200,
            self.server.request(
                "POST", "/v0.1/ip_driver/transaction/rollback", {}, {"X-Ip-Driver-Transaction": begun}
            ),
        )
        allocate.join()
        abandon.join()
        self.assertStatus(200, answers[0])
        self.assertEqual(self.usage(block)["allocated"], 0)


class Transactions(WithServer):
    def begin(self, **headers):
        answer = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}, headers)
        self.assertStatus(200, answer)
        return {"X-Ip-Driver-Transaction": answer.json["transaction"]}

    def end(self, how, transaction, status=200, **headers):
        path = "/v0.1/ip_driver/transaction/" + how
        return self.assertStatus(status, self.server.request("POST", path, {}, {**transaction, **headers}))

    def test_commit_and_rollback(self):
        for how, count in (("rollback", 0), ("commit", 1)):
            transaction = self.begin()
            args = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}
            self.assertStatus(200, self.server.call("block.create", args, transaction))
            self.assertEqual(len(self.server.call("block.list", {}, transaction).json["blocks"]), 1)
            self.assertEqual(self.operation("block.list")["blocks"], [])
            self.end(how, transaction)
            self.assertEqual(len(self.operation("block.list")["blocks"]), count)
        self.assertEqual(self.server.metric("melange_server_transactions_open"), 0)

    def test_historical_routes_take_part(self):
        transaction = self.begin()
        path, body = "/v0.1/ipam/tenants/acme/ip_blocks", {"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}
        self.assertStatus(201, self.server.request("POST", path, body, transaction))
        self.assertEqual(len(self.server.get(path, headers=transaction).json["ip_blocks"]), 1)
        self.assertEqual(self.server.get(path).json["ip_blocks"], [])
        self.end("rollback", transaction)
        self.assertEqual(self.server.get(path).json["ip_blocks"], [])

    def test_a_failed_call_leaves_it_open(self):
        transaction = self.begin()
        self.assertStatus(404, self.server.call("block.get", {"id": str(uuid.uuid4())}, transaction))
        self.assertStatus(200, self.server.call("block.list", {}, transaction))
        self.end("commit", transaction)

    def test_what_comes_after_its_end(self):
        transaction = self.begin()
        self.end("commit", transaction)
        for answer in (self.server.call("block.list", {}, transaction), self.end("commit", transaction, 409)):
            self.assertStatus(409, answer)
            self.assertEqual(answer.headers["X-Ip-Driver-Status"], "conflict")
        self.end("rollback", transaction)
        self.end("commit", {}, 409)
        self.end("rollback", {}, 409)

    def test_repeated_commit(self):
        """A commit whose answer was lost."""
        transaction, headers = self.begin(), key()
        args = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}
        self.server.call("block.create", args, transaction)
        for number in range(2):
            self.end("commit", transaction, **headers)
        self.assertEqual(len(self.operation("block.list")["blocks"]), 1)

    def test_repeated_begin(self):
        headers = key()
        transaction = self.begin(**headers)
        self.assertEqual(self.begin(**headers), transaction)
        self.end("rollback", transaction)

    def test_abandoned_begin(self):
        """It is rolled back, and the next writer goes on."""
        headers = key()
        transaction = self.begin(**headers)
        args = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}
        self.assertStatus(200, self.server.call("block.create", args, transaction))
        self.assertStatus(200, self.server.request("DELETE", ATTEMPTS + headers["Idempotency-Key"]))
        self.assertStatus(409, self.server.call("block.list", {}, transaction))
        self.block(cidr="10.1.0.0/24")
        self.assertEqual(len(self.operation("block.list")["blocks"]), 1)

    def test_abandoned_within(self):
        block = self.block()
        for how, count in (("commit", 1), ("rollback", 0)):
            transaction, kept, given_up = self.begin(), key(), key()
            for headers in (kept, given_up):
                answer = self.server.call("address.allocate", {"block": block}, {**transaction, **headers})
                self.assertStatus(200, answer)
            self.assertStatus(200, self.server.request("DELETE", ATTEMPTS + given_up["Idempotency-Key"]))
            self.end(how, transaction)
            self.assertEqual(self.usage(block)["allocated"], count)
            # After its end: what was committed is undone, what was rolled back is no more.
            self.assertStatus(200, self.server.request("DELETE", ATTEMPTS + kept["Idempotency-Key"]))
            self.assertEqual(self.usage(block)["allocated"], 0)

    def test_key_within(self):
        """The same key outside the transaction is another request."""
        block, transaction, headers = self.block(), self.begin(), key()
        texts = {self.server.call("address.allocate", {"block": block}, {**transaction, **headers}).text for n in "ab"}
        self.assertEqual(len(texts), 1)
        self.assertStatus(422, self.server.call("address.allocate", {"block": block}, headers))
        self.end("commit", transaction)


class Busy(WithServer):
    settings = {"threads": 2, "max_transactions": 3}

    def test_writers_that_wait_do_not_stop_it(self):
        """All threads for writing, and many requests more, wait for the transaction, which goes on."""
        block = self.block()
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        transaction, answers = {"X-Ip-Driver-Transaction": begun}, []
        writers = [
            threading.Thread(target=lambda: answers.append(self.server.call("address.allocate", {"block": block})))
            for number in range(20)
        ]
        for writer in writers:
            writer.start()
        while self.server.metric("melange_server_requests_in_flight") < 21:
            pass
        # Reading goes on, outside of it too.
        self.assertEqual(len(self.server.get("/v0.1/ipam/tenants/acme/ip_blocks").json["ip_blocks"]), 1)
        for number in range(10):
            self.assertStatus(200, self.server.call("address.allocate", {"block": block}, transaction))
        self.assertEqual(answers, [])
        path = "/v0.1/ip_driver/transaction/commit"
        self.assertStatus(200, self.server.request("POST", path, {}, transaction))
        for writer in writers:
            writer.join()
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(self.usage(block)["allocated"], 30)

    def test_too_many(self):
        """The first is open, two wait for it, one is too many."""
        path, got = "/v0.1/ip_driver/transaction/", []

        def work():
            answer = self.server.request("POST", path + "begin", {})
            got.append(answer.status)
            if answer.status == 200:
                headers = {"X-Ip-Driver-Transaction": answer.json["transaction"]}
                self.server.request("POST", path + "rollback", {}, headers)

        first = self.server.request("POST", path + "begin", {}).json["transaction"]
        threads = [threading.Thread(target=work) for number in range(3)]
        for thread in threads:
            thread.start()
        while not got:
            pass
        self.assertEqual(got, [503])
        self.server.request("POST", path + "rollback", {}, {"X-Ip-Driver-Transaction": first})
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(got), [200, 200, 503])


class Idle(WithServer):
    settings = {"transaction_timeout": 1}

    def test_it_is_rolled_back(self):
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        args = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private", "network": "net"}
        transaction = {"X-Ip-Driver-Transaction": begun}
        self.assertStatus(200, self.server.call("block.create", args, transaction))
        # Waits for the writer, which is the transaction; then the same block can be made.
        self.assertStatus(200, self.server.call("block.create", args))
        self.server.wait_for("transaction rolled back: no request came in time")
        answer = self.assertStatus(409, self.server.call("block.list", {}, transaction))
        self.assertEqual(answer.headers["X-Ip-Driver-Status"], "conflict")
        self.assertEqual(len(self.operation("block.list")["blocks"]), 1)


if __name__ == "__main__":
    unittest.main()
