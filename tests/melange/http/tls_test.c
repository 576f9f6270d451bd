/* Whom the client believes, and how it shows itself. */
#include "certificate.h"
#include "server.h"
#include "support.h"

#include <string.h>

#define HOUR 3600
#define UNTRUSTED "the server's certificate is not trusted: "
#define EVIL "evil\033[2J\n"

static char *folder;

static server *
serve_with (const char *name, const char *client_ca)
{
	g_autofree char *cert = certificate_path (folder, name);
	g_autofree char *key = certificate_key_path (folder, name);
	g_autofree char *ca = client_ca ? certificate_path (folder, client_ca) : NULL;

	return server_new_tls (cert, key, ca);
}

/* Names of certificates: whom to believe (NULL: the system's), what to show (NULL: nothing). proxy: NULL, or its URL.
 */
static http_client *
trusting_over (const char *url, const char *ca, const char *name, const char *proxy)
{
	g_autofree char *ca_file = ca ? certificate_path (folder, ca) : NULL;
	g_autofree char *cert_file = name ? certificate_path (folder, name) : NULL;
	g_autofree char *key_file = name ? certificate_key_path (folder, name) : NULL;
	g_autofree char *problem = NULL;
	http_options options = {
		.url = url,
		.timeout = LONG,
		.connect_timeout = LONG,
		.body_limit = 1000,
		.ca_file = ca_file,
		.cert_file = cert_file,
		.key_file = key_file,
		.proxy = proxy,
	};
	http_client *client = http_client_new (&options, &problem);

	if (!client)
		fail_msg ("%s", problem);
	return client;
}

static http_client *
trusting (const char *url, const char *ca, const char *name)
{
	return trusting_over (url, ca, name, NULL);
}

static void
test_trusted (void **state)
{
	g_autoptr (server) s = serve_with ("good", NULL);
	g_autoptr (http_client) client = trusting (server_url (s), "ca", NULL);

	server_reply_always (s, 200, "", "{}");
	for (int i = 0; i < 3; i++)
		ask_well (client, "POST", "/", "{}", "{}");
	assert_int_equal (server_connections (s), 1);
}

/* The proxy carries what it cannot read, and the certificate is the server's all the same. */
static void
test_proxy (void **state)
{
	g_autoptr (server) s = serve_with ("good", NULL);
	g_autoptr (server) proxy = server_new ();
	g_autoptr (http_client) client = trusting_over (server_url (s), "ca", NULL, server_url (proxy));
	g_autoptr (http_client) doubtful = trusting_over (server_url (s), "other_ca", NULL, server_url (proxy));

	server_reply_tunnel (proxy, server_port (s));
	server_reply_always (s, 200, "", "{}");
	for (int i = 0; i < 2; i++) {
		g_auto (ended) e = ask (client, "POST", "/", "{}");
		assert_int_equal (e.outcome, HTTP_ANSWERED);
		assert_string_equal (e.response.body, "{}");
		assert_null (g_hash_table_lookup (e.response.headers, "x-tunnel"));
	}
	assert_int_equal (server_requests (proxy), 1);
	assert_int_equal (server_connections (s), 1);
	assert_null (strstr (server_request (proxy, 0), SECRET));
	assert_contains (server_request (s, 0), "X-Auth-Token: " SECRET);
	server_reply_tunnel (proxy, server_port (s));
	g_auto (ended) e = ask (doubtful, "GET", "/", NULL);
	assert_int_equal (e.outcome, HTTP_REFUSED);
	assert_int_equal (server_requests (s), 2);
}

static void
test_untrusted (void **state)
{
	static const struct {
		const char *server;
		const char *ca;
		const char *problem;
	} cases[] = {
		{"good", "other_ca", UNTRUSTED},      {"good", NULL, UNTRUSTED}, {"elsewhere", "ca", UNTRUSTED},
		{"nameless", "ca", UNTRUSTED},        {EVIL, "ca", UNTRUSTED},   {"ended", "ca", UNTRUSTED},
		{"by_no_authority", "ca", UNTRUSTED},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = serve_with (cases[i].server, NULL);
		g_autoptr (http_client) client = trusting (server_url (s), cases[i].ca, NULL);
		g_auto (ended) e = ask (client, "POST", "/", "{}");

		print_message ("%s\n", e.problem);
		assert_int_equal (e.outcome, HTTP_REFUSED);
		assert_true (g_str_has_prefix (e.problem, cases[i].problem));
		assert_int_equal (server_requests (s), 0);
	}
}

static void
test_client_certificate (void **state)
{
	g_autoptr (server) s = serve_with ("good", "ca");
	g_autoptr (http_client) known = trusting (server_url (s), "ca", "client");
	static const char *const others[] = {NULL, "stranger"};

	server_reply_always (s, 200, "", "{}");
	ask_well (known, "GET", "/", NULL, "{}");
	assert_int_equal (server_requests (s), 1);
	for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
		g_autoptr (http_client) client = trusting (server_url (s), "ca", others[i]);
		g_auto (ended) e = ask (client, "POST", "/", NULL);

		print_message ("%s\n", e.problem);
		assert_int_equal (e.outcome, HTTP_REFUSED);
		assert_true (g_str_has_prefix (e.problem, "the server refuses the client's certificate: "));
		assert_int_equal (server_requests (s), 1);
	}
}

/* A key that is none. */
static void
test_bad_files (void **state)
{
	g_autoptr (server) s = serve_with ("good", NULL);
	g_autofree char *cert = certificate_path (folder, "client");
	g_autofree char *problem = NULL;
	http_options options = {
		.url = server_url (s),
		.timeout = LONG,
		.connect_timeout = LONG,
		.cert_file = cert,
		.key_file = "/dev/null",
	};
	g_autoptr (http_client) no_key = http_client_new (&options, &problem);

	options =
		(http_options){.url = server_url (s), .timeout = LONG, .connect_timeout = LONG, .ca_file = "/dev/null"};
	g_autoptr (http_client) no_ca = http_client_new (&options, &problem);
	g_auto (ended) key = ask (no_key, "GET", "/", NULL);
	g_auto (ended) ca = ask (no_ca, "GET", "/", NULL);
	assert_int_equal (key.outcome, HTTP_REFUSED);
	assert_true (g_str_has_prefix (key.problem, "TLS cannot be set up: "));
	assert_int_equal (ca.outcome, HTTP_REFUSED);
	assert_true (g_str_has_prefix (ca.problem, "TLS cannot be set up: "));
}

static void
test_no_tls (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", server_port (s));
	g_autoptr (http_client) client = trusting (url, "ca", NULL);

	server_answer_anything (s);
	server_reply (s, THEN_CLOSE, BYTES ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
	g_auto (ended) e = ask (client, "POST", "/", NULL);
	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_true (g_str_has_prefix (e.problem, "no TLS connection: "));
	assert_null (strstr (server_request (s, 0), "POST"));
}

static void
test_old_tls (void **state)
{
	g_autoptr (server) s = serve_with ("good", NULL);
	g_autoptr (http_client) client = trusting (server_url (s), "ca", NULL);

	server_speak_tls_1_1 (s);
	g_auto (ended) e = ask (client, "POST", "/", NULL);
	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_true (g_str_has_prefix (e.problem, "no TLS connection: "));
}

/* As without TLS; and the process is not killed for writing to a connection that is gone. */
static void
test_hanging_up (void **state)
{
	static const server_then deaths[] = {THEN_CLOSE, THEN_RESET};

	for (gsize i = 0; i < G_N_ELEMENTS (deaths); i++) {
		g_autoptr (server) s = serve_with ("good", NULL);
		g_autoptr (http_client) client = trusting (server_url (s), "ca", NULL);

		server_reply_json (s, 200, "", "{}");
		server_reply (s, deaths[i], BYTES (""));
		server_reply_json (s, 200, "", "{}");
		server_reply (s, deaths[i], BYTES ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
		server_reply_json (s, 200, "", "{}");
		ask_well (client, "GET", "/", NULL, "{}");
		{
			g_auto (ended) e = ask (client, "POST", "/", NULL);
			assert_int_equal (e.outcome, HTTP_UNKNOWN);
			assert_int_equal (server_requests (s), 2);
		}
		ask_well (client, "GET", "/", NULL, "{}");
		{
			g_auto (ended) e = ask (client, "POST", "/", NULL);
			assert_int_equal (e.outcome, HTTP_UNKNOWN);
			assert_string_equal (e.problem, "the answer broke off");
		}
		ask_well (client, "GET", "/", NULL, "{}");
		server_hang_up (s, 4);
		server_reply_json (s, 200, "", "{}");
		ask_well (client, "GET", "/", NULL, "{}");
		assert_int_equal (server_requests (s), 6);
	}
}

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_trusted),   cmocka_unit_test (test_proxy),
		cmocka_unit_test (test_untrusted), cmocka_unit_test (test_client_certificate),
		cmocka_unit_test (test_bad_files), cmocka_unit_test (test_no_tls),
		cmocka_unit_test (test_old_tls),   cmocka_unit_test (test_hanging_up),
	};

	folder = folder_new ();
	certificate_make (folder, "ca", NULL, NULL, HOUR);
	certificate_make (folder, "other_ca", NULL, NULL, HOUR);
	certificate_make (folder, "by_no_authority", NULL, "DNS:localhost", HOUR);
	certificate_make (folder, "good", "ca", "DNS:localhost", HOUR);
	certificate_make (folder, "elsewhere", "ca", "DNS:elsewhere.invalid", HOUR);
	certificate_make (folder, "nameless", "ca", NULL, HOUR);
	certificate_make (folder, EVIL, "ca", NULL, HOUR);
	certificate_make (folder, "ended", "ca", "DNS:localhost", -HOUR);
	certificate_make (folder, "client", "ca", NULL, HOUR);
	certificate_make (folder, "stranger", "other_ca", NULL, HOUR);
	trap_environment ();
	int failed = cmocka_run_group_tests (tests, NULL, NULL);
	folder_remove (folder);
	return failed;
}
