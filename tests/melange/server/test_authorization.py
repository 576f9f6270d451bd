"""Who may do what: none, headers, Keystone (a fake one, here)."""
import contextlib
import datetime
import http.server
import json
import os
import threading
import unittest

from support import WithServer

ACME = "/v0.1/ipam/tenants/acme/ip_blocks"


class Nobody(WithServer):
    def test_all_may_do_all(self):
        for path in (ACME, "/v0.1/ipam/allocated_ip_addresses", "/v0.1/extensions", "/metrics", "/healthz", "/"):
            self.assertStatus(200, self.server.get(path))


class Headers(WithServer):
    settings = {"auth": "headers"}

    def as_(self, tenant=None, role=None, method="GET", path=ACME, body=None):
        headers = {name: value for name, value in (("X-Tenant", tenant), ("X-Role", role)) if value is not None}
        return self.server.request(method, path, body, headers)

    def test_paths_that_try_to_be_another_tenants(self):
        """Neither escapes nor dots nor slashes change whose part of the API a path lies in."""
        for path in (
            "/v0.1/ipam/tenants/acme%2F..%2Fother/ip_blocks",
            "/v0.1/ipam/tenants/other%2Facme/ip_blocks",
            "/v0.1/ipam/tenants/other/../acme/ip_blocks",
            "/v0.1/ipam/tenants/other/../../tenants/acme/ip_blocks",
            "/v0.1/ipam//tenants/other/ip_blocks",
            "/v0.1/ipam/tenants//other/ip_blocks",
            "/v0.1/ipam/tenants/acme/../../mac_address_ranges",
            "/v0.1/ipam/mac_address_ranges?x=/tenants/other/",
            "/v0.1/ipam/mac_address_ranges/tenants/other/",
            "/v0.1/ipam/interfaces/tenants/other/x",
            "/v0.1/ip_driver/tenants/other/block/list",
            "/v0.1/ipam/tenants/Other/ip_blocks",
            "/v0.1/ipam/tenants/other%00/ip_blocks",
            "/v0.1/ipam/tenants/other.json",
            "/v0.1/ipam/tenants/other",
        ):
            answer = self.as_("other", path=path)
            self.assertIn(answer.status, (400, 403, 404), path)
            self.assertNotIn("ip_blocks", answer.text, path)
        # It is one segment, whatever is in it.
        self.assertStatus(200, self.as_("acme/other", path="/v0.1/ipam/tenants/acme%2Fother/ip_blocks"))
        self.assertStatus(200, self.as_("acme", path="/v0.1/ipam/tenants/%61cme/ip_blocks"))
        self.assertStatus(403, self.as_("other", path="/v0.1/ipam/tenants/%61cme/ip_blocks"))

    def test_bodies_that_name_another_tenant(self):
        """Nobody can put addresses on another tenant's interface, or carve a subnet in his name."""
        admin = {"X-Role": "admin"}
        block = {"tenant": "other", "cidr": "10.0.0.0/24", "type": "private", "network": "net"}
        block = self.assertStatus(200, self.server.call("block.create", block, admin)).json["block"]["id"]
        interface = {"tenant": "acme", "id": "vif", "device": "vm"}
        self.assertStatus(200, self.server.call("interface.create", interface, admin))
        below = "/v0.1/ipam/tenants/other"
        addresses = below + "/ip_blocks/%s/ip_addresses" % block
        extension = below + "/ip_driver"
        on_vif = {"interface_id": "vif", "tenant_id": "acme"}
        for path, body in (
            (extension + "/address/allocate", {"block": block, "interface": "vif", "used_by_tenant": "acme"}),
            (extension + "/network/allocate", {"network": "net", "interface": "vif", "used_by_tenant": "acme"}),
            (extension + "/subnet/create", {"block": block, "cidr": "10.0.0.0/25", "subnet_tenant": "acme"}),
            (extension + "/interface/create", {"networks": [{"tenant": "acme", "network": "net"}]}),
            (addresses, {"ip_address": on_vif}),
            (addresses, {"ip_address": {"interface_id": "vif", "tenant_id": 7}}),
            (below + "/networks/net/interfaces/vif/ip_allocations", {"network": {"tenant_id": "acme"}}),
            (below + "/ip_blocks/%s/subnets" % block, {"subnet": {"cidr": "10.0.0.0/25", "tenant_id": "acme"}}),
        ):
            self.assertStatus(403, self.as_("other", method="POST", path=path, body=body))
        xml = b"<ip_address><interface_id>vif</interface_id><tenant_id>acme</tenant_id></ip_address>"
        headers = {"X-Tenant": "other", "Content-Type": "application/xml"}
        self.assertStatus(403, self.server.request("POST", addresses, xml, headers))
        usage = self.assertStatus(200, self.server.call("block.usage", {"id": block}, admin)).json["usage"]
        self.assertEqual(int(usage["allocated"]), 0)
        # Himself he may name, an administrator anyone.
        for tenant_id in ("other", None, ""):
            body = {"ip_address": {"tenant_id": tenant_id}}
            self.assertStatus(201, self.as_("other", method="POST", path=addresses, body=body))
        self.assertStatus(201, self.as_("other", "admin", "POST", addresses, {"ip_address": on_vif}))

    def test_override_of_the_method(self):
        block = {"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}
        self.assertStatus(201, self.as_("acme", method="POST", body=block))
        self.assertStatus(403, self.as_("other", method="POST", path=ACME + "/x?_method=DELETE", body={}))

    def test_extension(self):
        self.assertStatus(403, self.as_("acme", path="/v0.1/ip_driver"))
        self.assertStatus(403, self.as_("acme", method="POST", path="/v0.1/ip_driver/block/list", body={}))
        self.assertStatus(200, self.as_("acme", path="/v0.1/ipam/tenants/acme/ip_driver"))
        path = "/v0.1/ipam/tenants/acme/ip_driver/block/list"
        self.assertStatus(200, self.as_("acme", method="POST", path=path, body={}))
        self.assertStatus(403, self.as_("other", method="POST", path=path, body={}))
        self.assertStatus(200, self.as_(role="admin", method="POST", path="/v0.1/ip_driver/block/list", body={}))

    def test_keys_belong_to_their_caller(self):
        path = "/v0.1/ipam/tenants/acme/ip_driver/block/create"
        body = {"cidr": "10.0.0.0/24", "type": "private"}
        acme, key = {"X-Tenant": "acme"}, {"Idempotency-Key": "k"}
        self.assertStatus(200, self.server.request("POST", path, body, {**acme, **key}))
        self.assertStatus(422, self.server.request("POST", path, body, {"X-Role": "admin", **key}))
        attempt = "/v0.1/ipam/tenants/%s/ip_driver/attempts/k"
        self.assertStatus(403, self.server.request("DELETE", attempt % "other", headers={"X-Tenant": "other"}))
        self.assertEqual(len(self.server.get(ACME, headers=acme).json["ip_blocks"]), 1)
        self.assertStatus(200, self.server.request("DELETE", attempt % "acme", headers=acme))
        self.assertEqual(self.server.get(ACME, headers=acme).json, {"ip_blocks": []})

    def test_health_is_open_and_metrics_are_not(self):
        self.assertStatus(200, self.as_(path="/healthz"))
        self.assertStatus(200, self.as_(path="/"))
        self.assertStatus(403, self.as_(path="/metrics"))
        self.assertStatus(403, self.as_("acme", path="/metrics"))
        self.assertStatus(200, self.as_(role="admin", path="/metrics"))
        self.server = self.start(self.write_config(metrics_open="true"))
        self.assertStatus(200, self.as_(path="/metrics"))

    def test_token_is_not_looked_at(self):
        self.assertStatus(403, self.server.get(ACME, headers={"X-Auth-Token": "t"}))


class FakeKeystone:
    """Knows tokens: name to (project, roles, seconds to live); counts what it is asked."""

    def __init__(self, version):
        self.version = version
        self.tokens = {}
        self.service_token = None
        self.asked = []
        self.answer = None
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def say(self, status, body=None, headers=()):
                data = json.dumps(body or {}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                fake.service_token = "service-%d" % (len(fake.asked))
                ends = fake.time(3600)
                if fake.version == "v3":
                    body = {"token": {"expires_at": ends, "project": {"id": "service", "name": "service"}}}
                    self.say(201, body, [("X-Subject-Token", fake.service_token)])
                else:
                    self.say(200, {"access": {"token": {"id": fake.service_token, "expires": ends}}})

            def do_GET(self):
                own = self.headers["X-Auth-Token"]
                subject = self.headers["X-Subject-Token"] if fake.version == "v3" else self.path.split("/")[-1]
                fake.asked.append((own, subject))
                if fake.answer == ():
                    self.close_connection = True
                elif fake.answer is not None:
                    self.say(*fake.answer)
                elif own not in (fake.service_token, subject) or own is None:
                    self.say(401)
                elif subject not in fake.tokens:
                    self.say(404 if own == fake.service_token else 401)
                else:
                    self.say(200, fake.describe(*fake.tokens[subject]))

            def log_message(self, *arguments):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d/%s" % (self.httpd.server_port, version)
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    @staticmethod
    def time(seconds):
        moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")

    def describe(self, project, roles, seconds):
        names = [{"name": role} for role in roles]
        if self.version == "v3":
            token = {"expires_at": self.time(seconds), "roles": names, "user": {"id": "u"}}
            if project is not None:
                token["project"] = {"id": project, "name": "the " + project}
            return {"token": token}
        token = {"id": "x", "expires": self.time(seconds)}
        if project is not None:
            token["tenant"] = {"id": project, "name": "the " + project}
        return {"access": {"token": token, "user": {"id": "u", "roles": names}}}

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


class WithKeystone(WithServer):
    version = "v3"
    credentials = {}

    def setUp(self):
        self.keystone = FakeKeystone(self.version)
        self.addCleanup(self.keystone.close)
        self.keystone.tokens = {
            "tm": ("acme", ["member"], 3600),
            "ta": ("other", ["member", "Admin"], 3600),
            "tn": (None, ["member"], 3600),
            "te": ("acme", ["member"], -10),
        }
        self.settings = {"auth": "keystone", "keystone_url": self.keystone.url, **self.credentials}
        super().setUp()

    def get(self, token, path=ACME, **headers):
        return self.server.get(path, headers={"X-Auth-Token": token, **headers} if token is not None else headers)


class Keystone(WithKeystone):
    def test_tokens(self):
        self.assertStatus(200, self.get("tm"))
        self.assertStatus(200, self.get("ta"))
        self.assertStatus(403, self.get("tm", "/v0.1/ipam/tenants/other/ip_blocks"))
        self.assertStatus(403, self.get("tm", "/v0.1/ipam/mac_address_ranges"))
        self.assertStatus(200, self.get("ta", "/v0.1/ipam/mac_address_ranges"))
        self.assertStatus(403, self.get("tn"))
        for token in (None, "", "unknown", "te", "with space", "x" * 20000):
            answer = self.assertStatus(401, self.get(token))
            self.assertEqual(answer.headers["WWW-Authenticate"], "Keystone uri='%s'" % self.keystone.url)
            self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=UTF-8")

    def test_headers_of_the_client_mean_nothing(self):
        self.assertStatus(401, self.get(None, **{"X-Tenant": "acme", "X-Role": "admin"}))
        self.assertStatus(403, self.get("tm", "/v0.1/ipam/mac_address_ranges", **{"X-Role": "admin"}))

    def test_it_is_asked_once(self):
        for number in range(5):
            self.assertStatus(200, self.get("tm"))
            self.assertStatus(401, self.get("unknown"))
        subjects = [subject for own, subject in self.keystone.asked]
        self.assertEqual((subjects.count("tm"), subjects.count("unknown")), (1, 1))

    def test_open_parts(self):
        self.assertStatus(200, self.get(None, "/healthz"))
        self.assertStatus(200, self.get(None, "/"))
        self.assertStatus(401, self.get(None, "/metrics"))
        self.assertStatus(200, self.get("ta", "/metrics"))

    def test_keystone_that_fails(self):
        for answer in ((500,), (200, {"token": {}}), (200, {"token": {"expires_at": "soon"}}), (302,)):
            self.keystone.answer = answer
            self.assertStatus(503, self.get("tm"))
        self.keystone.answer = None
        self.assertStatus(200, self.get("tm"))
        # No answer at all, then nobody there.
        self.keystone.answer = ()
        self.assertStatus(503, self.get("ta"))
        self.keystone.close()
        self.assertStatus(200, self.get("tm"))
        self.assertStatus(503, self.get("ta"))
        self.assertNotIn("ta", [word for line in self.server.log() for word in line.split()])


class KeystoneWithCredentials(WithKeystone):
    credentials = {"keystone_username": "melange", "keystone_password": "secret", "keystone_project": "service"}

    def test_it_asks_with_its_own_token(self):
        self.assertStatus(200, self.get("tm"))
        self.assertStatus(401, self.get("unknown"))
        self.assertEqual({own for own, subject in self.keystone.asked}, {self.keystone.service_token})

    def test_its_own_token_is_renewed(self):
        self.assertStatus(200, self.get("tm"))
        first, self.keystone.service_token = self.keystone.service_token, "revoked"
        self.assertStatus(200, self.get("ta"))
        self.assertNotEqual(self.keystone.service_token, first)
        self.assertNotIn("secret", "\n".join(self.server.log()))


class KeystoneV2(WithKeystone):
    version = "v2.0"
    credentials = {"keystone_username": "melange", "keystone_password": "secret", "keystone_project": "service"}

    def test_tokens(self):
        self.assertStatus(200, self.get("tm"))
        self.assertStatus(403, self.get("tm", "/v0.1/ipam/tenants/other/ip_blocks"))
        self.assertStatus(200, self.get("ta", "/v0.1/ipam/mac_address_ranges"))
        for token in ("unknown", "te", "a/../b", "a%2f"):
            self.assertStatus(401, self.get(token))


if __name__ == "__main__":
    unittest.main()
