/* One exchange: what is sent, what comes back, connections that are kept, and that nothing is sent twice. What a
 * hostile server may say is in hostile_test.c. */
#include "resolver.h"
#include "server.h"
#include "support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};

static void
test_what_is_sent (void **state)
{
	static const char *const headers[] = {"Content-Type: application/json", "Accept: application/json", NULL};
	g_autoptr (server) s = server_new ();
	g_autofree char *url = g_strconcat (server_url (s), "/base//", NULL);
	g_autoptr (http_client) client = client_new (url, LONG, NULL, NULL);
	g_autofree char *expected_url = g_strconcat (server_url (s), "/base", NULL);
	http_request request = {
		.method = "PUT", .path = "/a/../b%2F?c=d", .headers = headers, .body = "{}", .body_size = 2};
	g_auto (http_response) response = {0};

	assert_string_equal (http_client_url (client), expected_url);
	server_reply_always (s, 200, "", "{}");
	assert_int_equal (http_exchange (client, &request, &response, NULL, NULL), HTTP_ANSWERED);
	assert_true (g_str_has_prefix (server_request (s, 0), "PUT /base/a/../b%2F?c=d HTTP/1.1\r\n"));
	assert_true (g_str_has_suffix (server_request (s, 0), "\r\n\r\n{}"));
	assert_contains (server_request (s, 0), "\r\nContent-Type: application/json\r\n");
	assert_contains (server_request (s, 0), "\r\nAccept: application/json\r\n");
	assert_contains (server_request (s, 0), "\r\nContent-Length: 2\r\n");
	assert_null (strstr (server_request (s, 0), "Accept-Encoding"));

	ask_well (client, "POST", "/", NULL, "{}");
	assert_contains (server_request (s, 1), "POST /base/ HTTP/1.1\r\n");
	assert_contains (server_request (s, 1), "\r\nContent-Length: 0\r\n");
	assert_null (strstr (server_request (s, 1), "Content-Type"));
	ask_well (client, "GET", "/", NULL, "{}");
	assert_null (strstr (server_request (s, 2), "Content-Length"));
	ask_well (client, "DELETE", "/x", NULL, "{}");
	assert_contains (server_request (s, 3), "DELETE /base/x HTTP/1.1\r\n");
	assert_int_equal (server_connections (s), 1);
}

static void
test_big_body (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	g_autofree char *body = g_strnfill (3000000, 'x');

	server_reply_always (s, 200, "", "{}");
	ask_well (client, "POST", "/", body, "{}");
	assert_true (g_str_has_suffix (server_request (s, 0), body));
	assert_null (strstr (server_request (s, 0), "Expect"));
}

static void
test_what_comes_back (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

	server_reply (s, THEN_KEEP,
	              BYTES ("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
	                     "HTTP/1.1 422 Unprocessable Entity\r\ncontent-TYPE: Application/JSON ; charset=UTF-8\r\n"
	                     "X-One:  first\r\nx-one: \t last \r\nX-Empty:\r\nContent-Length: 5\r\n\r\nab\0cd"));
	server_reply (s, THEN_KEEP,
	              BYTES ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n"
	                     "X-Trailer: 1\r\n\r\n"));
	server_reply (s, THEN_CLOSE, BYTES ("HTTP/1.0 200\r\n\r\nuntil the end"));
	server_reply (s, THEN_KEEP, BYTES ("HTTP/1.1 204 No Content\r\n\r\n"));
	{
		g_auto (ended) e = ask (client, "GET", "/", NULL);
		assert_int_equal (e.outcome, HTTP_ANSWERED);
		assert_int_equal (e.response.status, 422);
		assert_string_equal (e.response.content_type, "application/json");
		assert_int_equal (e.response.body_size, 5);
		assert_memory_equal (e.response.body, "ab\0cd", 6);
		assert_string_equal (g_hash_table_lookup (e.response.headers, "x-one"), "last");
		assert_string_equal (g_hash_table_lookup (e.response.headers, "x-empty"), "");
		assert_null (g_hash_table_lookup (e.response.headers, "x-interim"));
	}
	{
		g_auto (ended) e = ask (client, "GET", "/", NULL);
		assert_int_equal (e.outcome, HTTP_ANSWERED);
		assert_string_equal (e.response.body, "abcdefg");
		assert_null (e.response.content_type);
		assert_null (g_hash_table_lookup (e.response.headers, "x-trailer"));
	}
	ask_well (client, "GET", "/", NULL, "until the end");
	g_auto (ended) e = ask (client, "DELETE", "/", NULL);
	assert_int_equal (e.response.status, 204);
	assert_int_equal (e.response.body_size, 0);
	assert_string_equal (e.response.body, "");
}

/* The kept connection dies after the server has read a request: it may have carried it out. */
static void
test_nothing_is_sent_twice (void **state)
{
	static const server_then deaths[] = {THEN_CLOSE, THEN_RESET};
	static const char *const bodies[] = {NULL, "{\"ip_address\": {}}"};

	for (gsize i = 0; i < G_N_ELEMENTS (methods) * 4; i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

		server_reply_json (s, 200, "", "{}");
		server_reply (s, deaths[i / 2 % 2], BYTES (""));
		server_reply_json (s, 200, "", "{\"next\": 1}");
		ask_well (client, "GET", "/", NULL, "{}");
		g_auto (ended) e = ask (client, methods[i / 4], "/allocate", bodies[i % 2]);
		assert_int_equal (e.outcome, HTTP_UNKNOWN);
		assert_false (e.malformed);
		assert_string_equal (e.problem, "the connection was closed before an answer came");
		assert_int_equal (server_requests (s), 2);
		assert_int_equal (server_connections (s), 1);
		ask_well (client, "GET", "/next", NULL, "{\"next\": 1}");
		assert_int_equal (server_requests (s), 3);
		assert_int_equal (server_connections (s), 2);
	}
}

/* The server hangs up while nobody asks anything: that is no reason not to be answered. */
static void
test_hanging_up_between_requests (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

	server_reply_always (s, 200, "", "{}");
	ask_well (client, "POST", "/", NULL, "{}");
	server_hang_up (s, 0);
	ask_well (client, "POST", "/", NULL, "{}");
	assert_int_equal (server_connections (s), 2);
	assert_int_equal (server_requests (s), 2);
}

/* What a server says unasked is not the answer to the next request. */
static void
test_unasked_answer (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

	server_reply_json (s, 200, "", "{\"first\": 1}");
	server_reply_json (s, 200, "", "{\"second\": 2}");
	server_reply (s, THEN_KEEP,
	              BYTES ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"
	                     "Content-Length: 4\r\n\r\nevil"));
	server_reply_json (s, 200, "", "{\"last\": 3}");
	ask_well (client, "GET", "/", NULL, "{\"first\": 1}");
	server_say (s, 0, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
	ask_well (client, "GET", "/", NULL, "{\"second\": 2}");
	assert_int_equal (server_connections (s), 2);
	ask_well (client, "GET", "/", NULL, "{}");
	ask_well (client, "GET", "/", NULL, "{\"last\": 3}");
	assert_int_equal (server_connections (s), 3);
}

/* A server that names the request which it answers is not believed when it names another: its answers have come
 * out of step. */
static void
test_answer_of_another (void **state)
{
	static const char *const headers[] = {"X-Echo: 17", NULL};
	http_request request = {.method = "POST", .path = "/", .headers = headers, .echo = "X-Echo"};
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	static const char *const echoes[] = {"X-Echo: 17\r\n", "", "X-Echo: 16\r\n", "X-Echo: 17\r\n"};

	for (gsize i = 0; i < G_N_ELEMENTS (echoes); i++) {
		g_auto (http_response) response = {0};
		g_autofree char *problem = NULL;
		gboolean malformed;

		server_reply_json (s, 200, echoes[i], "{}");
		http_outcome outcome = http_exchange (client, &request, &response, &problem, &malformed);
		assert_int_equal (outcome, i == 2 ? HTTP_UNKNOWN : HTTP_ANSWERED);
		assert_int_equal (malformed, i == 2);
		assert_true (g_strcmp0 (problem, i == 2 ? "the answer belongs to another request" : NULL) == 0);
		assert_int_equal (server_connections (s), i == 3 ? 2 : 1);
	}
}

static void
test_redirect_is_an_answer (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (server) other = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	static const guint statuses[] = {301, 302, 303, 307, 308};

	for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
		g_autofree char *location = g_strdup_printf ("Location: %s/\r\n", server_url (other));

		server_reply_json (s, statuses[i], location, "{}");
		g_auto (ended) e = ask (client, "POST", "/", "{}");
		assert_int_equal (e.outcome, HTTP_ANSWERED);
		assert_int_equal (e.response.status, statuses[i]);
	}
	assert_int_equal (server_requests (s), G_N_ELEMENTS (statuses));
	assert_int_equal (server_connections (other), 0);
}

/* A socket that is bound; nobody listens. */
static int
make_deaf_socket (char **ret_url)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
	socklen_t size = sizeof place;
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true (fd >= 0);
	assert_int_equal (bind (fd, (struct sockaddr *)&place, sizeof place), 0);
	assert_int_equal (getsockname (fd, (struct sockaddr *)&place, &size), 0);
	*ret_url = g_strdup_printf ("http://127.0.0.1:%u", ntohs (place.sin_port));
	return fd;
}

static void
test_no_connection (void **state)
{
	g_autofree char *url = NULL;
	int deaf = make_deaf_socket (&url);
	g_autoptr (http_client) client = client_new (url, LONG, NULL, NULL);
	g_auto (ended) e = ask (client, "POST", "/", NULL);

	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_string_equal (e.problem, "no connection: Connection refused");
	close (deaf);
}

/* A server that does not accept: its queue is full. */
static void
test_slow_connection (void **state)
{
	g_autofree char *url = NULL;
	int deaf = make_deaf_socket (&url);
	struct sockaddr_in place;
	socklen_t size = sizeof place;
	int callers[4];

	assert_int_equal (listen (deaf, 0), 0);
	assert_int_equal (getsockname (deaf, (struct sockaddr *)&place, &size), 0);
	for (gsize i = 0; i < G_N_ELEMENTS (callers); i++) {
		callers[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect (callers[i], (struct sockaddr *)&place, sizeof place);
	}
	g_autoptr (http_client) client = client_new (url, SHORT, NULL, NULL);
	g_auto (ended) e = ask (client, "POST", "/", NULL);
	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_string_equal (e.problem, "no connection within 200 ms");
	for (gsize i = 0; i < G_N_ELEMENTS (callers); i++)
		close (callers[i]);
	close (deaf);
}

static void
test_no_name (void **state)
{
	g_autoptr (http_client) client = client_new ("http://nowhere.invalid", LONG, NULL, NULL);
	g_auto (ended) e = ask (client, "GET", "/", NULL);

	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_string_equal (e.problem, "the host's name cannot be resolved");
}

/* A name service that does not answer does not outlast the time-out. */
static void
test_slow_name (void **state)
{
	g_autoptr (http_client) client = client_new ("http://slow.invalid", SHORT, NULL, NULL);
	g_auto (ended) e = ask (client, "GET", "/", NULL);

	/* Whoever waited for the name could not get here: it is released only now. */
	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_string_equal (e.problem, "no connection within 200 ms");
	resolver_release ();
}

static void
set_proxy (http_options *options, gpointer data)
{
	options->proxy = data;
}

static void
test_proxy (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autofree char *proxy = g_strdup_printf ("http://user:" SECRET "@127.0.0.1:%u", server_port (s));
	g_autoptr (http_client) client = client_new ("http://elsewhere.invalid:99/base", LONG, set_proxy, proxy);
	guint before = resolver_count ();

	server_reply_always (s, 200, "", "{}");
	ask_well (client, "GET", "/path", NULL, "{}");
	ask_well (client, "GET", "/path", NULL, "{}");
	assert_true (
		g_str_has_prefix (server_request (s, 0), "GET http://elsewhere.invalid:99/base/path HTTP/1.1\r\n"));
	assert_contains (server_request (s, 0), "\r\nProxy-Authorization: Basic ");
	assert_int_equal (server_connections (s), 1);
	assert_int_equal (resolver_count (), before);
}

static void
test_no_proxy (void **state)
{
	static const char *const urls[] = {"http://elsewhere.invalid", "https://elsewhere.invalid"};
	g_autofree char *proxy = NULL;
	int deaf = make_deaf_socket (&proxy);

	for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
		g_autoptr (http_client) client = client_new (urls[i], LONG, set_proxy, proxy);
		g_auto (ended) e = ask (client, "POST", "/", NULL);

		assert_int_equal (e.outcome, HTTP_NOT_SENT);
		assert_string_equal (e.problem, "no connection to the proxy: Connection refused");
	}
	close (deaf);
}

static void
test_proxy_for_tls (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autofree char *proxy = g_strdup_printf ("http://user:" SECRET "@127.0.0.1:%u", server_port (s));
	g_autoptr (http_client) client = client_new ("https://elsewhere.invalid", LONG, set_proxy, proxy);

	server_reply (s, THEN_KEEP, BYTES ("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"));
	server_reply (s, THEN_KEEP, BYTES ("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"));
	server_reply (s, THEN_CLOSE, BYTES (""));
	{
		g_auto (ended) e = ask (client, "POST", "/", NULL);
		assert_int_equal (e.outcome, HTTP_NOT_SENT);
		assert_string_equal (e.problem, "the proxy answers 503 to CONNECT");
	}
	assert_true (g_str_has_prefix (server_request (s, 0), "CONNECT elsewhere.invalid:443 HTTP/1.1\r\n"));
	/* The proxy sees its own password, and none of the service's. */
	assert_null (strstr (server_request (s, 0), "X-Auth-Token"));
	{
		g_auto (ended) e = ask (client, "POST", "/", NULL);
		assert_int_equal (e.outcome, HTTP_REFUSED);
		assert_string_equal (e.problem, "the proxy answers 407 to CONNECT");
	}
	g_auto (ended) e = ask (client, "POST", "/", NULL);
	assert_int_equal (e.outcome, HTTP_NOT_SENT);
	assert_int_equal (server_requests (s), 3);
}

/* Neither the proxies of the environment nor a .netrc: main() has laid them out. */
static void
test_environment_is_ignored (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	guint before = resolver_count ();

	server_reply_always (s, 200, "", "{}");
	ask_well (client, "GET", "/", NULL, "{}");
	assert_true (g_str_has_prefix (server_request (s, 0), "GET / HTTP/1.1\r\n"));
	assert_null (strstr (server_request (s, 0), "Authorization"));
	assert_int_equal (resolver_count (), before);
}

static gpointer
ask_in_thread (gpointer data)
{
	for (int i = 0; i < 2; i++)
		ask_well (data, "POST", "/", "{}", "{}");
	return NULL;
}

#define THREADS 16

static void
test_threads (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

	server_reply_always (s, 200, "", "{}");
	for (int round = 0; round < 2; round++) {
		GThread *threads[THREADS];

		server_gather (s, THREADS);
		for (int i = 0; i < THREADS; i++)
			threads[i] = g_thread_new ("client", ask_in_thread, client);
		for (int i = 0; i < THREADS; i++)
			g_thread_join (threads[i]);
	}
	assert_int_equal (server_most_at_once (s), THREADS);
	assert_int_equal (server_requests (s), THREADS * 4);
	/* Each connection was used by both rounds. */
	assert_int_equal (server_connections (s), THREADS);
}

/* A value that somebody else chose cannot add a header. */
static void
test_header_injection (void **state)
{
	static const char *const headers[] = {"X-Tenant: " SECRET "\r\nX-Role: admin", NULL};
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	http_request request = {.method = "GET", .path = "/", .headers = headers};
	g_auto (http_response) response = {0};
	g_autofree char *problem = NULL;

	assert_int_equal (http_exchange (client, &request, &response, &problem, NULL), HTTP_REFUSED);
	assert_string_equal (problem, "the header X-Tenant would hold a control character");
	assert_int_equal (server_connections (s), 0);
}

/* What the process starts must not hold the connections open. */
static void
test_connections_are_not_inherited (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	GDir *files = g_dir_open ("/proc/self/fd", 0, NULL);
	const char *name;
	guint sockets = 0;

	server_reply_always (s, 200, "", "{}");
	ask_well (client, "GET", "/", NULL, "{}");
	while ((name = g_dir_read_name (files))) {
		int fd = (int)g_ascii_strtoll (name, NULL, 10), type;
		struct sockaddr_in place;
		socklen_t size = sizeof place;

		if (getpeername (fd, (struct sockaddr *)&place, &size) != 0 || place.sin_family != AF_INET)
			continue;
		type = fcntl (fd, F_GETFD);
		assert_int_equal (type & FD_CLOEXEC, FD_CLOEXEC);
		sockets++;
	}
	g_dir_close (files);
	/* The client's end and the server's. */
	assert_int_equal (sockets, 2);
}

static void
test_options (void **state)
{
	static const struct {
		const char *url;
		const char *problem;
	} urls[] = {
		{"ftp://host", "does not begin with http:// or https://"},
		{"host:9898", "does not begin with http:// or https://"},
		{"", "does not begin with http:// or https://"},
		{"http://", "has no host"},
		{"http:///path", "has no host"},
		{"https://:80", "has no host"},
		{"http://user:" SECRET "@host", "holds credentials"},
		{"http://host/a?b=c", "has a query or a fragment"},
		{"http://host/#a", "has a query or a fragment"},
		{"http://ho st/", "holds a space or a control character"},
		{"http://host/\r\nX: y", "holds a space or a control character"},
		{"http://host:123456/", "is not a URL"},
		{"http://[::1", "is not a URL"},
		{"http://host", NULL},
		{"HTTPS://[::1]:9898/path/", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
		g_autofree char *problem = http_check_url (urls[i].url);
		g_autofree char *said = NULL;
		http_options options = {.url = urls[i].url, .timeout = LONG, .connect_timeout = LONG};
		g_autoptr (http_client) client = http_client_new (&options, &said);
		g_autofree char *expected = urls[i].problem ? g_strconcat ("url ", urls[i].problem, NULL) : NULL;

		assert_true (g_strcmp0 (problem, urls[i].problem) == 0);
		assert_true (g_strcmp0 (said, expected) == 0);
		assert_true ((client == NULL) == (expected != NULL));
	}
	g_autofree char *with_password = http_check_proxy ("http://user:" SECRET "@host:3128");
	assert_null (with_password);
	g_autofree char *socks = http_check_proxy ("socks5://host");
	assert_string_equal (socks, "does not begin with http:// or https://");
}

static void
test_files (void **state)
{
	http_options options = {.url = "https://host", .timeout = LONG, .connect_timeout = LONG};
	g_autofree char *none = NULL, *half = NULL, *relative = NULL;

	options.ca_file = "/nonexistent/ca.pem";
	assert_null (http_client_new (&options, &none));
	assert_string_equal (none, "ca_file /nonexistent/ca.pem cannot be read: No such file or directory");
	options.ca_file = "ca.pem";
	assert_null (http_client_new (&options, &relative));
	assert_string_equal (relative, "ca_file ca.pem is not an absolute path");
	options.ca_file = NULL;
	options.cert_file = "/dev/null";
	assert_null (http_client_new (&options, &half));
	assert_string_equal (half, "cert_file and key_file belong together");
}

static void
test_printable (void **state)
{
	static const struct {
		const char *text;
		gsize size;
		gsize longest;
		const char *expected;
	} cases[] = {
		{BYTES ("plain"), 100, "plain"},
		{BYTES (""), 100, ""},
		{BYTES (" \n a\r\n\tb  "), 100, "a b"},
		{BYTES ("a\0b\033[31m\177"), 100, "a?b?[31m?"},
		{BYTES ("\xff\xc3\xa4\xc3"), 100, "?\xc3\xa4?"},
		/* Half a surrogate, a right-to-left override, a line separator. */
		{BYTES ("\xed\xa0\x80-\xe2\x80\xae-\xe2\x80\xa8."), 100,
	         "?"
	         "?"
	         "?-?- ."},
		{BYTES ("\xc3\xa4\xc3\xa4"), 3, "\xc3\xa4"},
		{BYTES ("ab cd"), 3, "ab"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *line = http_printable (cases[i].text, cases[i].size, cases[i].longest);

		assert_string_equal (line, cases[i].expected);
	}
	g_autofree char *seconds = http_duration (10000);
	g_autofree char *milliseconds = http_duration (1500);
	assert_string_equal (seconds, "10 s");
	assert_string_equal (milliseconds, "1500 ms");
}

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_what_is_sent),
		cmocka_unit_test (test_big_body),
		cmocka_unit_test (test_what_comes_back),
		cmocka_unit_test (test_nothing_is_sent_twice),
		cmocka_unit_test (test_hanging_up_between_requests),
		cmocka_unit_test (test_unasked_answer),
		cmocka_unit_test (test_answer_of_another),
		cmocka_unit_test (test_redirect_is_an_answer),
		cmocka_unit_test (test_no_connection),
		cmocka_unit_test (test_slow_connection),
		cmocka_unit_test (test_no_name),
		cmocka_unit_test (test_slow_name),
		cmocka_unit_test (test_proxy),
		cmocka_unit_test (test_no_proxy),
		cmocka_unit_test (test_proxy_for_tls),
		cmocka_unit_test (test_environment_is_ignored),
		cmocka_unit_test (test_threads),
		cmocka_unit_test (test_header_injection),
		cmocka_unit_test (test_connections_are_not_inherited),
		cmocka_unit_test (test_options),
		cmocka_unit_test (test_files),
		cmocka_unit_test (test_printable),
	};
	char *home = folder_new ();
	g_autofree char *netrc = g_build_filename (home, ".netrc", NULL);

	g_file_set_contents (netrc, "machine 127.0.0.1 login user password " SECRET "\n", -1, NULL);
	g_setenv ("HOME", home, TRUE);
	trap_environment ();
	int failed = cmocka_run_group_tests (tests, NULL, NULL);
	folder_remove (home);
	return failed;
}
