"""GET /healthz and GET /metrics."""
import os
import re
import sqlite3
import unittest

from support import WithServer

LIST = "/v0.1/ipam/tenants/acme/ip_blocks"
SAMPLE = re.compile(r'^([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (\S+)$')


class Health(WithServer):
    def test_good(self):
        answer = self.assertStatus(200, self.server.get("/healthz"))
        self.assertEqual((answer.headers["Content-Type"], answer.json), ("application/json", {"status": "ok"}))

    def test_backend_that_fails(self):
        """Its tables are gone."""
        database = sqlite3.connect(os.path.join(self.folder, "ipam.db"))
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        database.execute("PRAGMA foreign_keys = OFF")
        for name in names:
            if not name.startswith("sqlite_"):
                database.execute("DROP TABLE IF EXISTS %s" % name)
        database.commit()
        database.close()
        answer = self.assertStatus(503, self.server.get("/healthz"))
        self.assertEqual(answer.json, {"status": "unavailable"})
        self.assertIn(self.server.get(LIST).status, (500, 503))


class Metrics(WithServer):
    def test_it_is_prometheus_text(self):
        self.block(network='odd "name"\\\n')
        self.server.get(LIST)
        answer = self.assertStatus(200, self.server.get("/metrics"))
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        kinds, seen = {}, set()
        for line in answer.text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                self.assertNotIn(name, kinds)
                kinds[name] = kind
            elif not line.startswith("# HELP "):
                match = SAMPLE.match(line)
                self.assertTrue(match, line)
                float(match.group(3))
                self.assertIn(re.sub("_(bucket|sum|count)$", "", match.group(1)), kinds)
                self.assertNotIn(match.group(1, 2), seen)
                seen.add(match.group(1, 2))

    def test_requests(self):
        for number in range(3):
            self.server.get(LIST)
            self.server.get("/nothing/%d" % number)
            self.server.request("BREW", "/pot/%d" % number)
        labels = 'method="GET",route="/ipam/tenants/{tenant_id}/ip_blocks"'
        self.assertEqual(self.server.metric('melange_server_requests_total{%s,status="200"}' % labels), 3)
        self.assertEqual(self.server.metric("melange_server_request_seconds_count{%s}" % labels), 3)
        self.assertEqual(self.server.metric('melange_server_request_seconds_bucket{%s,le="+Inf"}' % labels), 3)
        none = 'melange_server_requests_total{method="%s",route="none",status="404"}'
        self.assertEqual(self.server.metric(none % "GET"), 3)
        self.assertEqual(self.server.metric(none % "OTHER"), 3)
        self.assertEqual(self.server.metric("melange_server_requests_in_flight"), 1)

    def test_number_of_labels_is_bounded(self):
        self.server.get("/metrics")
        before = len(self.server.get("/metrics").text)
        for number in range(200):
            self.server.get("/v0.1/ipam/tenants/t%d/ip_blocks/b%d?x=%d" % (number, number, number))
            self.server.request("M%d" % number, "/")
        self.assertLess(len(self.server.get("/metrics").text) - before, 10000)

    def test_allocations_and_releases(self):
        block = self.block()
        root = "/v0.1/ipam/tenants/acme"
        self.server.call("address.allocate", {"block": block, "count": 3})
        self.server.request("POST", root + "/networks/net/interfaces/vif/ip_allocations")
        self.server.request("POST", root + "/ip_blocks/%s/ip_addresses" % block, {"ip_address": {"interface_id": "w"}})
        body = {"interface": {"id": "x", "tenant_id": "acme", "network": {"id": "net"}}}
        self.server.request("POST", "/v0.1/ipam/interfaces", body)
        self.assertEqual(self.server.metric("melange_server_allocated_addresses_total"), 6)
        self.assertEqual(self.server.metric("melange_server_releases_total"), 0)
        self.server.request("DELETE", root + "/networks/net/interfaces/vif/ip_allocations")
        self.server.request("DELETE", "/v0.1/ipam/interfaces/x")
        self.server.call("interface.delete", {"id": "w"})
        self.assertEqual(self.server.metric("melange_server_releases_total"), 3)
        self.assertEqual(self.usage(block)["allocated"], 3)

    def test_repetitions_do_not_count(self):
        block = self.block()
        for number in range(3):
            self.server.call("address.allocate", {"block": block}, {"Idempotency-Key": "k"})
        self.assertEqual(self.server.metric("melange_server_allocated_addresses_total"), 1)
        self.assertEqual(self.server.metric("melange_server_attempts_remembered"), 1)

    def test_errors_of_the_backend(self):
        self.server.call("block.get", {"id": "00000000-0000-0000-0000-000000000000"})
        self.assertEqual(self.server.metric('melange_server_backend_errors_total{status="not_found"}'), 1)

    def test_transactions(self):
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        self.assertEqual(self.server.metric("melange_server_transactions_open"), 1)
        headers = {"X-Ip-Driver-Transaction": begun}
        self.server.request("POST", "/v0.1/ip_driver/transaction/commit", {}, headers)
        self.assertEqual(self.server.metric("melange_server_transactions_open"), 0)

    def test_usage_of_blocks(self):
        block = self.block(cidr="10.0.0.0/29")
        self.server.call("address.allocate", {"block": block, "count": 2})
        labels = 'block="%s",cidr="10.0.0.0/29",tenant="acme",network="net"' % block
        name = "melange_server_block_addresses{%s,state=\"%s\"}"
        counts = {state: self.server.metric(name % (labels, state)) for state in ("allocated", "free", "excluded")}
        self.assertEqual(counts, {"allocated": 2, "free": 4, "excluded": 2})


class FewBlocks(WithServer):
    settings = {"metrics_blocks": 2}

    def test_no_more_than_wanted(self):
        for number in range(5):
            self.block(cidr="10.%d.0.0/24" % number, network="n%d" % number)
        text = self.server.get("/metrics").text
        self.assertEqual(text.count('state="allocated"'), 2)


class Off(WithServer):
    settings = {"metrics": "false"}

    def test_not_there(self):
        self.assertStatus(404, self.server.get("/metrics"))
        self.assertStatus(200, self.server.get("/healthz"))


if __name__ == "__main__":
    unittest.main()
