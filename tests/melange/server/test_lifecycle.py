"""Configuration, starting, signals, stopping, systemd."""
import contextlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import unittest

from support import PATIENCE, SERVER, WithServer, read_all

LIST = "/v0.1/ipam/tenants/acme/ip_blocks"


def run(*arguments):
    return subprocess.run([SERVER, *arguments], capture_output=True, text=True, timeout=PATIENCE)


class Configuration(WithServer):
    def check(self, content, status=14, name="bad.conf"):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(content)
        done = run("--check-config", "--config", path)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def test_good(self):
        self.assertEqual(self.check("", 0), "")
        self.assertEqual(self.check("[melange-server]\nbackend_config = ip_driver.conf\n", 0), "")

    def test_messages_name_file_group_and_key(self):
        path = os.path.join(self.folder, "bad.conf")
        for line, key, text in (
            ("prot = 1", "prot", "unknown key"),
            ("port = 70000", "port", "'70000' is not a number from 0 to 65535"),
            ("port = x", "port", "'x' is not a number"),
            ("threads = 0", "threads", "'0' is not a number from 1"),
            ("timeout = -1", "timeout", "'-1' is not a number"),
            ("bind_address = localhost", "bind_address", "'localhost' is not an IP address"),
            ("auth = basic", "auth", "'basic' is none of none, headers, keystone"),
            ("metrics = yes", "metrics", "'yes' is neither true nor false"),
            ("tls_cert = ip_driver.conf", "tls_key", "tls_cert and tls_key go together"),
            ("tls_cert = none.pem\ntls_key = none.pem", "tls_cert", "none.pem"),
            ("tls_cert = ip_driver.conf\ntls_key = ip_driver.conf", "tls_cert", "cannot be used"),
            ("auth = keystone", "keystone_url", "auth = keystone and keystone_url go together"),
            ("keystone_url = http://x/v3", "keystone_url", "auth = keystone and keystone_url go together"),
            ("auth = keystone\nkeystone_url = ftp://x/v3", "keystone_url", "'ftp://x/v3' "),
            ("auth = keystone\nkeystone_url = http://x:5000/", "keystone_url", "'http://x:5000/' ends neither in "),
            ("auth = keystone\nkeystone_url = http://x/v3.0", "keystone_url", "'http://x/v3.0' ends neither in "),
            ("backend_config = none.conf", "backend_config", "none.conf"),
            ("backend_config =", "backend_config", "is empty"),
        ):
            said = self.check("[melange-server]\n%s\n" % line)
            self.assertIn("%s: [melange-server] %s" % (path, key), said)
            self.assertIn(text, said)
            self.assertEqual(said.count("\n"), 1, said)

    def test_what_is_no_configuration(self):
        self.assertIn("unknown group [other]", self.check("[other]\na = b\n"))
        self.check("nonsense")
        self.assertEqual(run("--check-config", "--config", "/nonexistent/x.conf").returncode, 14)

    def test_backend_that_is_none(self):
        for content, text in (
            ("[ip_driver]\nbackend = none\n", "there is no backend 'none'"),
            ("[ip_driver]\n", "backend"),
            ("nonsense", "other.conf"),
        ):
            with open(os.path.join(self.folder, "other.conf"), "w") as file:
                file.write(content)
            self.assertIn(text, self.check("[melange-server]\nbackend_config = other.conf\n"))

    def test_checking_makes_no_database(self):
        self.write_backend("fresh.conf", "fresh.db")
        self.check("[melange-server]\nbackend_config = fresh.conf\n", 0)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "fresh.db")))

    def test_command_line(self):
        self.assertRegex(run("--version").stdout, r"^melange-server \d+\.\d+\.\d+ ")
        for arguments in (["--nonsense"], ["argument"], ["--port", "70000"], ["--bind", "x"]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)
        self.assertIn("--check-config", run("--help").stdout)

    def test_the_manual_has_every_key_and_option(self):
        with open(os.environ["MELANGE_SERVER_MANUAL"]) as file:
            manual = file.read().replace("\\-", "-")
        with open(os.environ["MELANGE_SERVER_KEYS"]) as file:
            keys = re.findall(r"^\t(?:TEXT|PATH|NUMBER|BOOLEAN|CHOICE) \((\w+)(?:, \"(.*?)\")?", file.read(), re.MULTILINE)
        self.assertGreater(len(keys), 20)
        for key, preset in keys:
            self.assertRegex(manual, r"(?m)^\.BR? .*\b%s\b%s" % (key, ' " = %s"' % preset if preset else ""))
        options = set(re.findall(r"--[a-z-]+", run("--help").stdout)) - {"--help"}
        self.assertGreater(len(options), 4)
        self.assertEqual([option for option in options if option not in manual], [])

    def test_port_that_is_taken(self):
        path = os.path.join(self.folder, "taken.conf")
        with open(path, "w") as file:
            file.write("[melange-server]\nport = %d\nbackend_config = ip_driver.conf\n" % self.server.port)
        done = run("--config", path)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cannot listen on 127.0.0.1 port %d" % self.server.port, done.stderr)

    def test_ipv6(self):
        if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"):
            self.skipTest("no IPv6 here")
        server = self.start(self.write_config(bind_address="::1"))
        self.assertEqual(server.host, "[::1]")
        server.host = "::1"
        self.assertEqual(server.get("/healthz").status, 200)


class Stopping(WithServer):
    def test_at_once_when_idle(self):
        connection = self.server.connect()
        self.assertStatus(200, self.server.get(LIST, connection=connection))
        for sign in (signal.SIGTERM, signal.SIGINT):
            server = self.start(self.write_config())
            self.assertEqual(server.stop(sign), 0)
        connection.close()

    def test_what_is_in_flight_is_finished(self):
        """Requests that wait for a transaction: it is rolled back, they are carried out and answered."""
        block, answers = self.block(), []
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        inside = {"X-Ip-Driver-Transaction": begun}
        self.assertStatus(200, self.server.call("address.allocate", {"block": block, "interface": "in"}, inside))
        writers = [
            threading.Thread(target=lambda: answers.append(self.server.call("address.allocate", {"block": block})))
            for number in range(30)
        ]
        for writer in writers:
            writer.start()
        while self.server.metric("melange_server_requests_in_flight") < 31:
            pass
        self.assertEqual(self.server.stop(), 0)
        for writer in writers:
            writer.join()
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual({answer.headers["Connection"] for answer in answers}, {"close"})
        given = {answer.json["addresses"][0]["address"] for answer in answers}
        self.assertEqual(len(given), 30)
        # All that was acknowledged is there, and nothing of the transaction.
        self.server = self.start(self.write_config())
        listed = {item["address"]: item for item in self.operation("address.list", block=block)["addresses"]}
        self.assertEqual(set(listed), given)
        self.assertEqual(self.operation("interface.list")["interfaces"], [])

    def test_request_on_its_way(self):
        """Its headers are here, its body is not yet: it is told that it will not be carried out."""
        body = b'{"ip_block": {"cidr": "10.0.0.0/24", "type": "private"}}'
        with self.server.raw() as plug:
            plug.sendall(
                b"POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % (LIST.encode(), len(body))
            )
            self.assertIn(b" 100 ", plug.recv(4096))
            self.server.process.send_signal(signal.SIGTERM)
            self.assertTrue(read_all(plug).startswith(b"HTTP/1.1 503 "))
        self.assertEqual(self.server.stop(), 0)
        self.server = self.start(self.write_config())
        self.assertEqual(self.server.get(LIST).json, {"ip_blocks": []})

    def test_requests_that_come_too_late(self):
        """They are refused, or cut off, but not begun: there is nobody any more to finish them."""
        body = b'{"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}'
        request = (
            b"POST /v0.1/ip_driver/block/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        for number in range(20):
            server = self.start(self.write_config(log_level="error"))
            with contextlib.ExitStack() as stack:
                plugs = [stack.enter_context(server.raw()) for count in range(200)]
                server.get("/healthz")
                server.process.send_signal(signal.SIGTERM)
                with contextlib.suppress(OSError):
                    for plug in plugs:
                        plug.send(request)
                self.assertEqual(server.stop(), 0, server.log())


class Unfinished(WithServer):
    # Not what ends it here.
    settings = {"timeout": 600}

    def test_clients_that_never_finish_do_not_hold_it(self):
        """While another's request, which waits for a transaction, is finished."""
        block, answers = self.block(), []
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        inside = {"X-Ip-Driver-Transaction": begun}
        self.assertStatus(200, self.server.call("address.allocate", {"block": block}, inside))
        writer = threading.Thread(target=lambda: answers.append(self.server.call("address.allocate", {"block": block})))
        writer.start()
        while self.server.metric("melange_server_requests_in_flight") < 2:
            pass
        begin = b"POST %s HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" % LIST.encode()
        with contextlib.ExitStack() as stack:
            nothing, half, waiting, used = [stack.enter_context(self.server.raw()) for number in range(4)]
            half.sendall(begin)
            waiting.sendall(begin + b"Content-Length: 9\r\n\r\n")
            self.assertIn(b" 100 ", waiting.recv(4096))
            used.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"HTTP/1.1 200 ", used.recv(4096))
            self.assertEqual(self.server.stop(), 0)
            # Who has had no answer is told.
            for plug, told in ((nothing, True), (half, True), (waiting, True), (used, False)):
                self.assertEqual(b"HTTP/1.1 503 " in read_all(plug), told)
        writer.join()
        self.assertStatus(200, answers[0])


class Reloading(WithServer):
    def reload(self, pattern="the configuration was read again"):
        since = len(self.server.log())
        self.server.process.send_signal(signal.SIGHUP)
        return self.server.wait_for(pattern, since)

    def test_new_backend(self):
        self.block()
        served_by = self.server.get("/v0.1/ip_driver").json["ip_driver"]["served_by"]
        self.write_backend("second.conf", "second.db")
        self.write_config(backend_config="second.conf", announce_extension="false")
        self.reload()
        self.assertEqual(self.server.get(LIST).json, {"ip_blocks": []})
        self.assertEqual(self.server.get("/v0.1/extensions").json, {"extensions": []})
        self.assertEqual(self.server.get("/v0.1/ip_driver").json["ip_driver"]["served_by"], served_by)
        self.write_config()
        self.reload()
        self.assertEqual(len(self.server.get(LIST).json["ip_blocks"]), 1)

    def test_bad_configuration_is_not_taken(self):
        self.block()
        for settings in ({"threads": "many"}, {"backend_config": "none.conf"}, {"colour": "blue"}):
            self.write_config(**settings)
            line = self.reload("the configuration stays as it was: (.*)")
            self.assertIn(list(settings)[0], line.group(1))
            self.assertEqual(len(self.server.get(LIST).json["ip_blocks"]), 1)
        self.write_config(backend_config="bad.conf")
        with open(os.path.join(self.folder, "bad.conf"), "w") as file:
            file.write("[ip_driver]\nbackend = none\n")
        self.reload("the configuration stays as it was: .*none")
        self.assertEqual(len(self.server.get(LIST).json["ip_blocks"]), 1)

    def test_connections_and_transactions_survive(self):
        connection = self.server.connect()
        begun = self.server.request("POST", "/v0.1/ip_driver/transaction/begin", {}).json["transaction"]
        inside = {"X-Ip-Driver-Transaction": begun}
        self.assertStatus(200, self.server.get(LIST, connection=connection))
        plug = connection.sock
        self.reload()
        args = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}
        answer = self.assertStatus(200, self.server.call("block.create", args, inside, connection=connection))
        # The old connection says goodbye with its answer.
        self.assertEqual(answer.headers["Connection"], "close")
        self.assertEqual(plug.fileno(), -1)
        path = "/v0.1/ip_driver/transaction/commit"
        self.assertStatus(200, self.server.request("POST", path, {}, inside))
        self.assertEqual(len(self.server.get(LIST).json["ip_blocks"]), 1)

    def test_under_load(self):
        """No request fails, whatever the number of reloads."""
        block, failures, stop = self.block(cidr="10.0.0.0/16"), [], threading.Event()

        def work():
            while not stop.is_set():
                answer = self.server.call("address.allocate", {"block": block})
                if answer.status != 200:
                    failures.append(answer)

        threads = [threading.Thread(target=work) for number in range(8)]
        for thread in threads:
            thread.start()
        for number in range(5):
            self.reload()
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.server.stop(), 0)


class Tls(WithServer):
    def make_certificate(self, name):
        path = os.path.join(self.folder, name)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1"]
            + ["-keyout", path + ".key", "-out", path + ".pem"],
            check=True,
            capture_output=True,
        )

    def fetch(self, name):
        """GET / with that certificate alone trusted."""
        context = ssl.create_default_context(cafile=os.path.join(self.folder, name + ".pem"))
        with self.server.raw() as plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as plug:
            plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            data = b""
            while piece := plug.recv(4096):
                data += piece
            return data.decode(), plug.version()

    def test_certificate_and_its_renewal(self):
        self.make_certificate("one")
        self.make_certificate("two")
        self.server = self.start(self.write_config(tls_cert="one.pem", tls_key="one.key"))
        self.assertEqual(self.server.scheme, "https")
        said, version = self.fetch("one")
        self.assertIn("https://x/v0.1", said)
        self.assertIn(version, ("TLSv1.2", "TLSv1.3"))
        self.write_config(tls_cert="two.pem", tls_key="two.key")
        self.server.process.send_signal(signal.SIGHUP)
        self.server.wait_for("the configuration was read again")
        self.assertIn("200 OK", self.fetch("two")[0])
        with self.assertRaises(ssl.SSLError):
            self.fetch("one")
        # A key that is another's is not taken.
        since = len(self.server.log())
        self.write_config(tls_cert="one.pem", tls_key="two.key")
        self.server.process.send_signal(signal.SIGHUP)
        self.server.wait_for("the configuration stays as it was: .*one.pem", since)
        self.assertIn("200 OK", self.fetch("two")[0])

    def test_plain_client(self):
        self.make_certificate("one")
        self.server = self.start(self.write_config(tls_cert="one.pem", tls_key="one.key"))
        with self.server.raw() as plug:
            plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"versions", plug.recv(4096))
        self.assertIn("200 OK", self.fetch("one")[0])


class Systemd(WithServer):
    def setUp(self):
        super().setUp()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notify.close)
        self.notify.settimeout(PATIENCE)
        path = os.path.join(self.folder, "notify")
        self.notify.bind(path)
        self.environment = {"NOTIFY_SOCKET": path}

    def expect(self, pattern):
        self.assertRegex(self.notify.recv(4096).decode(), pattern)

    def test_it_tells_its_state(self):
        server = self.start(self.write_config())
        self.expect(r"(?m)^READY=1$")
        server.process.send_signal(signal.SIGHUP)
        self.expect(r"(?m)^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.expect(r"(?m)^READY=1$")
        server.process.send_signal(signal.SIGTERM)
        self.expect(r"(?m)^STOPPING=1$")

    def test_socket_activation(self):
        """The socket comes as descriptor 3; a client that was there before the service is served."""
        with socket.create_server(("127.0.0.1", 0)) as given:
            port = given.getsockname()[1]
            early = socket.create_connection(("127.0.0.1", port))
            early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            code = (
                "import os, sys; os.dup2(int(sys.argv[1]), 3); os.set_inheritable(3, True);"
                "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
            )
            process = subprocess.Popen(
                [sys.executable, "-c", code, str(given.fileno()), SERVER, "--config", self.write_config(port=1)],
                pass_fds=[given.fileno()],
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                for line in process.stderr:
                    if line.startswith("listening on "):
                        break
                self.assertEqual(line, "listening on http://127.0.0.1:%d\n" % port)
                self.assertIn(b"200 OK", early.recv(4096))
            finally:
                early.close()
                process.terminate()
                process.stderr.read()
                self.assertEqual(process.wait(PATIENCE), 0)
                process.stderr.close()

    def test_journal_priorities(self):
        path = os.path.join(self.folder, "journal")
        with open(path, "w") as file:
            status = os.fstat(file.fileno())
            environment = dict(os.environ, JOURNAL_STREAM="%d:%d" % (status.st_dev, status.st_ino))
            with open(os.path.join(self.folder, "bad.conf"), "w") as bad:
                bad.write("[melange-server]\nport = x\n")
            subprocess.run(
                [SERVER, "--config", bad.name], stderr=file, env=environment, timeout=PATIENCE, check=False
            )
        with open(path) as file:
            self.assertRegex(file.read(), r"^<3>.*port: 'x' is not a number")


class Purging(WithServer):
    settings = {"purge_interval": 1}
    native = {"quarantine": 0}

    def test_on_a_timer(self):
        block = self.block()
        self.assertStatus(200, self.server.call("address.allocate", {"block": block, "address": "10.0.0.9"}))
        self.assertStatus(200, self.server.call("address.deallocate", {"block": block, "address": "10.0.0.9"}))
        line = self.server.wait_for(r"purged (\d+) addresses")
        self.assertEqual(line.group(1), "1")
        self.assertEqual(self.server.metric("melange_server_purged_addresses_total"), 1)


class Logging(WithServer):
    settings = {"log_level": "info"}

    def test_a_line_per_request_without_secrets(self):
        headers = {"X-Auth-Token": "sesame", "X-Ip-Driver-Transaction": "sesame"}
        self.server.get(LIST + "?password=sesame", headers=headers)
        line = self.server.wait_for(r'127\.0\.0\.1 "GET (\S+)" 409 \d+ [\d.]+$')
        self.assertEqual(line.group(1), LIST)
        self.assertNotIn("sesame", "\n".join(self.server.log()))

    def test_quiet(self):
        server = self.start(self.write_config(log_level="error"))
        self.assertEqual(server.get(LIST).status, 200)
        self.assertEqual(server.stop(), 0)
        self.assertRegex("\n".join(server.log()), r"\Alistening on \S+\Z")


if __name__ == "__main__":
    unittest.main()
