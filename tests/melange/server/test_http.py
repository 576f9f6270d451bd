"""The HTTP side: limits, hostile and slow clients, many clients."""
import json
import socket
import threading
import time
import unittest

from support import WithServer, read_all

LIST = "/v0.1/ipam/tenants/acme/ip_blocks"


class Limits(WithServer):
    settings = {"request_limit": 2048}

    def test_body_at_the_limit(self):
        body = b'{"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}'
        answer = self.server.request(
            "POST", LIST, body + b" " * (2048 - len(body)), {"Content-Type": "application/json"}
        )
        self.assertStatus(201, answer)

    def test_body_over_the_limit(self):
        for size in (2049, 3 << 20):
            answer = self.server.request("POST", LIST, b" " * size, {"Content-Type": "application/json"})
            self.assertStatus(413, answer)
            self.assertEqual(answer.headers["Connection"], "close")

    def test_announced_body_over_the_limit(self):
        with self.server.raw() as plug:
            plug.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n" % LIST.encode())
            self.assertTrue(read_all(plug).startswith(b"HTTP/1.1 413 "))

    def test_client_that_asks_first(self):
        with self.server.raw() as plug:
            plug.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4096\r\n\r\n" % LIST.encode()
            )
            self.assertTrue(read_all(plug).startswith(b"HTTP/1.1 413 "))

    def test_chunked_body(self):
        with self.server.raw() as plug:
            plug.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n" % LIST.encode()
            )
            for piece in (b'{"ip_block": {"cidr": "10.0.0.0/24", ', b'"type": "private"}}'):
                plug.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            plug.sendall(b"0\r\n\r\n")
            self.assertTrue(read_all(plug).startswith(b"HTTP/1.1 201 "))

    def test_endless_chunked_body(self):
        with self.server.raw() as plug:
            plug.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % LIST.encode())
            chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
            sent = 0
            with self.assertRaises(OSError):
                while sent < 1 << 30:
                    plug.sendall(chunk)
                    sent += 65536
            self.assertLess(sent, 64 << 20)
        self.assertStatus(200, self.server.get("/healthz"))

    def test_headers_over_the_limit(self):
        with self.server.raw() as plug:
            plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n" % (b"y" * 65536))
            self.assertRegex(read_all(plug), rb"^HTTP/1.1 (431|413|400) ")
        self.assertStatus(200, self.server.get("/healthz"))


class Bodies(WithServer):
    def test_all_together(self):
        """No more than 256 MiB of them are kept; who comes then is told so, and comes again."""
        length = 16 << 20
        begin = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        body, plugs = b" " * (length - 1), []
        for number in range(16):
            plugs.append(socket.create_connection((self.server.host, self.server.port)))
            plugs[-1].sendall(begin % (LIST.encode(), length) + body)
        one = b'{"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}'
        headers = {"Content-Type": "application/json"}
        with self.server.raw() as plug:
            plug.sendall(begin % (LIST.encode(), length) + body + b" ")
            self.assertIn(b"HTTP/1.1 503 ", read_all(plug))
        for plug in plugs:
            plug.close()
        while self.server.request("POST", LIST, one + b" " * (length - len(one)), headers).status == 503:
            pass
        self.assertEqual(len(self.server.get(LIST).json["ip_blocks"]), 1)


class Junk(WithServer):
    def answer_to(self, data):
        with self.server.raw() as plug:
            plug.sendall(data)
            plug.shutdown(socket.SHUT_WR)
            return read_all(plug)

    def test_what_is_no_http(self):
        for data in (b"\0" * 1000, b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/1.1\r\n:\r\n\r\n"):
            self.answer_to(data)
            self.assertStatus(200, self.server.get("/healthz"))

    def test_two_lengths(self):
        request = b"POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n{}"
        for headers in (
            b"Content-Length: 2\r\nContent-Length: 2",
            b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        ):
            self.assertTrue(self.answer_to(request % (LIST.encode(), headers)).startswith(b"HTTP/1.1 400 "))

    def test_doubled_headers(self):
        for name in (b"X-Tenant", b"X-Role", b"Idempotency-Key", b"X-Auth-Token"):
            data = b"GET / HTTP/1.1\r\nHost: x\r\n%s: a\r\n%s: b\r\n\r\n" % (name, name)
            self.assertTrue(self.answer_to(data).startswith(b"HTTP/1.1 400 "), name)

    def test_escapes_that_are_none(self):
        for path in ("/v0.1/ipam/tenants/%zz/ip_blocks", "/v0.1/ipam/tenants/%00/ip_blocks", LIST + "?a=%", "/v0.1/%ff"):
            answer = self.assertStatus(400, self.server.get(path))
            self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=UTF-8")

    def test_host_that_is_none(self):
        with self.server.raw() as plug:
            plug.sendall(b'GET / HTTP/1.1\r\nHost: "><script>\r\nConnection: close\r\n\r\n')
            self.assertTrue(read_all(plug).startswith(b"HTTP/1.1 400 "))

    def test_control_characters_do_not_reach_the_log(self):
        self.answer_to(b"GET /\x1b[31m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertFalse([line for line in self.server.log() if "\x1b" in line])

    def test_deep_json_and_xml(self):
        for kind, body in (("json", b"[" * 100000), ("xml", b"<a>" * 100000), ("json", b'{"a":' * 5000 + b"1" + b"}" * 5000)):
            answer = self.server.request("POST", LIST, body, {"Content-Type": "application/" + kind})
            self.assertStatus(400, answer)

    def test_entities(self):
        body = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><ip_block><cidr>&c;</cidr></ip_block>'
        answer = self.server.request("POST", LIST, body, {"Content-Type": "application/xml"})
        self.assertStatus(400, answer)
        self.assertIn("Malformed request body", answer.text)


class Connections(WithServer):
    def test_keep_alive(self):
        connection = self.server.connect()
        for number in range(50):
            self.assertStatus(200, self.server.get(LIST, connection=connection))
        plug = connection.sock
        self.assertIsNotNone(plug)
        self.assertStatus(404, self.server.request("HEAD", LIST, connection=connection))
        self.assertStatus(415, self.server.request("POST", LIST, b"x", connection=connection))
        self.assertIs(connection.sock, plug)
        connection.close()

    def test_pipelining(self):
        one = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % LIST.encode()
        last = b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with self.server.raw() as plug:
            plug.sendall(one * 20 + last)
            data = read_all(plug)
        self.assertEqual(data.count(b"HTTP/1.1 200 "), 20)
        self.assertEqual(data.count(b"HTTP/1.1 404 "), 1)

    def test_a_hundred_at_once(self):
        """Each gets an address of its own, and the connections outnumber the threads by far."""
        block = self.block(cidr="10.0.0.0/22")
        got, start = [], threading.Barrier(100)

        def work(number):
            connection = self.server.connect()
            start.wait()
            for turn in range(3):
                args = {"block": block, "interface": "i%d-%d" % (number, turn)}
                answer = self.server.call("address.allocate", args, connection=connection)
                got.append((answer.status, answer.json["addresses"][0]["address"]))
            connection.close()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, address in got}, {200})
        self.assertEqual(len({address for status, address in got}), 300)
        self.assertEqual(self.usage(block)["allocated"], 300)


class FewConnections(WithServer):
    settings = {"max_connections": 4, "timeout": 2}

    def test_idle_connections_do_not_keep_others_out_for_long(self):
        plugs = [socket.create_connection((self.server.host, self.server.port)) for number in range(8)]
        began = time.monotonic()
        self.assertStatus(200, self.server.get("/healthz"))
        self.assertLess(time.monotonic() - began, 30)
        for plug in plugs:
            plug.close()


class Ends(WithServer):
    """A client that ends his side, at once with what he sends: the end must not be missed."""

    settings = {"timeout": 600, "max_connections": 20}

    def test_half_a_request(self):
        begin = b"POST %s HTTP/1.1\r\nHost: x\r\n" % LIST.encode()
        for data in (
            b"",
            b"POST /v0",
            begin + b"Content-Le",
            begin + b"Content-Length: 10\r\n\r\n",
            begin + b"Content-Length: 10\r\n\r\n{",
            begin + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        ):
            with self.subTest(data), self.server.raw() as plug:
                plug.sendall(data)
                plug.shutdown(socket.SHUT_WR)
                self.assertNotIn(b"HTTP/1.1 2", read_all(plug))

    def test_they_do_not_keep_others_out(self):
        data = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{" % LIST.encode()
        for number in range(60):
            with self.server.raw() as plug:
                plug.sendall(data)
        self.assertStatus(200, self.server.get("/healthz"))


class Slow(WithServer):
    settings = {"timeout": 1}

    def drip(self, first, piece):
        """Sends byte by byte; the seconds until the connection ends, and what was said."""
        began = time.monotonic()
        with self.server.raw() as plug:
            plug.sendall(first)
            plug.settimeout(0.1)
            said = b""
            while time.monotonic() - began < 30:
                try:
                    plug.sendall(piece)
                    data = plug.recv(4096)
                    said += data
                    if not data:
                        break
                except socket.timeout:
                    continue
                except OSError:
                    break
        return time.monotonic() - began, said

    def test_headers_that_never_end(self):
        seconds, said = self.drip(b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n")
        self.assertLess(seconds, 10)
        self.assertIn(b" 408 ", said)

    def test_line_that_never_ends(self):
        seconds, said = self.drip(b"GET /", b"x")
        self.assertLess(seconds, 10)
        self.assertIn(b" 408 ", said)

    def test_body_that_never_ends(self):
        seconds, said = self.drip(
            b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" % LIST.encode(), b" "
        )
        self.assertLess(seconds, 10)
        self.assertIn(b" 408 ", said)

    def test_steady_body_has_its_time(self):
        """As long as it comes at a sensible rate; twice the time-out here."""
        one = b'{"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}'
        piece, count = b" " * 65536, 40
        with self.server.raw() as plug:
            plug.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % (LIST.encode(), len(one) + count * len(piece))
            )
            began = time.monotonic()
            for number in range(count):
                plug.sendall(piece)
                time.sleep(max(0, began + (number + 1) * 2.5 / count - time.monotonic()))
            plug.sendall(one)
            self.assertIn(b"HTTP/1.1 201 ", plug.recv(4096))

    def test_idle_connection(self):
        connection = self.server.connect()
        self.assertStatus(200, self.server.get(LIST, connection=connection))
        self.assertEqual(connection.sock.recv(1), b"")
        connection.close()

    def test_others_go_on(self):
        plugs = [socket.create_connection((self.server.host, self.server.port)) for number in range(200)]
        for plug in plugs:
            plug.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{" % LIST.encode())
        for number in range(20):
            self.assertStatus(200, self.server.get(LIST))
        for plug in plugs:
            plug.close()

    def test_client_that_does_not_read(self):
        """What it asked for is dropped after a while."""
        for number in range(100):
            self.block(cidr="10.%d.0.0/24" % number, network="n%d" % number)
        with self.server.raw() as plug:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            plug.settimeout(0.2)
            one = b"GET /v0.1/ipam/tenants/acme/ip_blocks HTTP/1.1\r\nHost: x\r\n\r\n"
            began, ended = time.monotonic(), False
            while time.monotonic() - began < 30 and not ended:
                try:
                    plug.sendall(one * 100)
                except socket.timeout:
                    continue
                except OSError:
                    ended = True
            self.assertTrue(ended)
        self.assertStatus(200, self.server.get("/healthz"))


class Answers(WithServer):
    def test_versions_that_are_none(self):
        for version in ("v0", "v0.10", "v0.1.", "v0.01", "v1", "v.1", "V0.1"):
            answer = self.assertStatus(404, self.server.get("/%s/ipam/tenants/acme/ip_blocks" % version))
            self.assertEqual(answer.text, "404 Not Found\n\nThe resource could not be found.\n\n   ")

    def test_links_name_the_host_that_was_asked_for(self):
        self.block(cidr="10.0.0.0/24")
        self.block(cidr="10.1.0.0/24", network="other")
        answer = self.server.get(LIST + "?limit=1", headers={"Host": "ipam.example:1234"})
        self.assertTrue(answer.json["ip_blocks_links"][0]["href"].startswith("http://ipam.example:1234" + LIST))

    def test_name_of_the_request_comes_back(self):
        for path in (LIST, "/v0.1/nowhere", "/healthz"):
            for name, expected in (("0123abc-DEF", "0123abc-DEF"), ("a" * 64, "a" * 64), ("a" * 65, None), ("not hex", None)):
                answer = self.server.get(path, headers={"X-Ip-Driver-Request": name})
                self.assertEqual(answer.headers.get("X-Ip-Driver-Request"), expected)
        self.assertEqual(self.server.get(LIST).headers.get("X-Ip-Driver-Request"), None)

    def test_escaped_suffix_belongs_to_the_id(self):
        """An id that ends like a suffix can be asked for."""
        self.block(network="a.json")
        self.assertStatus(404, self.server.get("/v0.1/ipam/tenants/acme/networks/a.json"))
        self.assertStatus(200, self.server.get("/v0.1/ipam/tenants/acme/networks/a%2Ejson"))

    def test_xml_of_what_xml_cannot_say(self):
        self.block(network="a<b>&\"c")
        answer = self.server.get(LIST + ".xml")
        self.assertIn("<network_id>a&lt;b&gt;&amp;&quot;c</network_id>", answer.text)

    def test_accept_with_weights(self):
        for accept, kind in (
            ("application/xml;q=0.5, application/json", "application/json"),
            ("application/xml, application/json;q=0.5", "application/xml"),
            ("text/html, */*", "application/json"),
            ("application/xml;q=0", "application/json"),
        ):
            answer = self.server.get(LIST, headers={"Accept": accept})
            self.assertEqual(answer.headers["Content-Type"], kind, accept)

    def test_xml_lists_in_requests(self):
        self.block()
        body = b"<network><addresses><address>10.0.0.7</address><address>10.0.0.9</address></addresses></network>"
        path = "/v0.1/ipam/tenants/acme/networks/net/interfaces/vif/ip_allocations"
        answer = self.server.request("POST", path, body, {"Content-Type": "application/xml"})
        self.assertStatus(201, answer)
        self.assertEqual(
            sorted(item["address"] for item in json.loads(answer.text)["ip_addresses"]), ["10.0.0.7", "10.0.0.9"]
        )


if __name__ == "__main__":
    unittest.main()
