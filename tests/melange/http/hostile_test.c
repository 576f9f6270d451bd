/* What a hostile server, or a broken one, may say instead of an answer, and when it may stop. Each ends in the
 * right outcome, with a clear problem, within the time-out; and the next exchange is as good as ever. */
#include "resolver.h"
#include "server.h"
#include "support.h"

#include <string.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

typedef struct {
	const char *name;
	const char *bytes;
	gsize size;
	server_then then;
	gboolean malformed;
	const char *problem;
} hostility;

static const hostility hostilities[] = {
	{"not HTTP", BYTES ("SSH-2.0-OpenSSH_9.2\r\n"), THEN_KEEP, TRUE, "the answer is not HTTP/1"},
	{"HTTP/0.9", BYTES ("{\"ip_blocks\": []}"), THEN_CLOSE, TRUE, "the answer is not HTTP/1"},
	{"other protocol", BYTES ("RTSP/1.0 200 OK\r\n\r\n"), THEN_CLOSE, TRUE, "the answer is not HTTP/1"},
	{"HTTP/2", BYTES ("HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE, "the answer is not HTTP/1"},
	{"HTTP/1.9", BYTES ("HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer is not HTTP/1"},
	{"no version", BYTES ("HTTP 200 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE, "the answer is not HTTP/1"},
	{"status 000", BYTES ("HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer is not HTTP/1"},
	{"status 999", BYTES ("HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer has a status that makes no sense"},
	{"status 2000", BYTES ("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer is not HTTP/1"},
	{"status OK", BYTES ("HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"), THEN_KEEP, TRUE, "the answer is not HTTP/1"},
	{"switching protocols", BYTES ("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer has a status that makes no sense"},
	{"NUL in a header", BYTES (HEAD "X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"escape in a header", BYTES (HEAD "X-A: \033[2J\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"carriage return in a header", BYTES (HEAD "X-A: a\rX-B: b\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"no colon", BYTES (HEAD "nonsense\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"no name", BYTES (HEAD ": value\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"space in a name", BYTES (HEAD "Content-Length : 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"folded header", BYTES (HEAD "X-A: a\r\n X-B: b\r\nContent-Length: 2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"length of text", BYTES (HEAD "Content-Length: two\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"length below 0", BYTES (HEAD "Content-Length: -2\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"length with an end", BYTES (HEAD "Content-Length: 2x\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"no length", BYTES (HEAD "Content-Length:\r\n\r\n{}"), THEN_KEEP, TRUE, "the answer's headers make no sense"},
	{"length beyond numbers", BYTES (HEAD "Content-Length: 99999999999999999999\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"two lengths", BYTES (HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"length and chunks",
         BYTES (HEAD "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer's headers make no sense"},
	{"length beyond the limit", BYTES (HEAD "Content-Length: 1000001\r\n\r\n{"), THEN_KEEP, TRUE,
         "the answer has more than 1000000 bytes"},
	{"chunk of text", BYTES (HEAD "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"), THEN_KEEP, TRUE,
         "the answer is badly chunked"},
	{"chunk longer than said", BYTES (HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}\r\n0\r\n\r\n"), THEN_KEEP,
         TRUE, "the answer is badly chunked"},
	{"chunk beyond numbers", BYTES (HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}"), THEN_KEEP,
         TRUE, "the answer is badly chunked"},
	{"nonsense in gzip", BYTES (HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), THEN_KEEP,
         TRUE, "the answer is badly encoded"},
	{"chunks cut", BYTES (HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), THEN_CLOSE, FALSE,
         "the answer broke off"},
	{"half a body", BYTES (HEAD "Content-Length: 100\r\n\r\n{"), THEN_CLOSE, FALSE, "the answer broke off"},
	{"half a body, reset", BYTES (HEAD "Content-Length: 100\r\n\r\n{"), THEN_RESET, FALSE, "the answer broke off"},
	{"half the headers", BYTES (HEAD), THEN_CLOSE, FALSE, "the answer broke off"},
	{"half a status line", BYTES ("HTTP/1.1 2"), THEN_CLOSE, FALSE,
         "the connection was closed before an answer came"},
	{"nothing", BYTES (""), THEN_CLOSE, FALSE, "the connection was closed before an answer came"},
	{"reset", BYTES (""), THEN_RESET, FALSE, "the connection was closed before an answer came"},
	{"an interim answer only", BYTES ("HTTP/1.1 100 Continue\r\n\r\n"), THEN_CLOSE, FALSE, "the answer broke off"},
};

static void
test_hostilities (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (hostilities); i++) {
		const hostility *h = &hostilities[i];
		g_autoptr (server) s = server_new ();
		g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);

		print_message ("%s\n", h->name);
		server_reply (s, h->then, h->bytes, h->size);
		server_reply_json (s, 200, "", "{\"next\": 1}");
		g_auto (ended) e = ask (client, "POST", "/", "{}");
		assert_int_equal (e.outcome, HTTP_UNKNOWN);
		assert_string_equal (e.problem, h->problem);
		assert_int_equal (e.malformed, h->malformed);
		assert_int_equal (server_requests (s), 1);
		ask_well (client, "GET", "/", NULL, "{\"next\": 1}");
	}
}

/* So much of something that no limit of the client may let it pass. */
static void
test_too_much (void **state)
{
	static const struct {
		const char *name;
		const char *head;
		const char *repeated;
		const char *problem;
	} cases[] = {
		{"a body without end", "HTTP/1.1 200 OK\r\n\r\n", "{{{{{{{{", "the answer has more than 1000000 bytes"},
		{"chunks without end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "8\r\n{{{{{{{{\r\n",
	         "the answer has more than 1000000 bytes"},
		{"headers without end", "HTTP/1.1 200 OK\r\n", "X-Header: value\r\n",
	         "the answer's headers are too big"},
		{"a header without end", "HTTP/1.1 200 OK\r\nX-Header: ", "value", "the answer's headers are too big"},
		{"a name without end", "HTTP/1.1 200 OK\r\nX", "-X", "the answer's headers are too big"},
		{"interim answers without end", "", "HTTP/1.1 100 Continue\r\n\r\n",
	         "the answer's headers are too big"},
		{"trailers without end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
	         "X-Trailer: x\r\n", "the answer's headers are too big"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
		g_autoptr (GString) bytes = g_string_new (cases[i].head);

		print_message ("%s\n", cases[i].name);
		while (bytes->len < 3000000)
			g_string_append (bytes, cases[i].repeated);
		server_reply (s, THEN_HOLD, bytes->str, bytes->len);
		server_reply_json (s, 200, "", "{\"next\": 1}");
		g_auto (ended) e = ask (client, "GET", "/", NULL);
		assert_int_equal (e.outcome, HTTP_UNKNOWN);
		assert_string_equal (e.problem, cases[i].problem);
		assert_true (e.malformed);
		ask_well (client, "GET", "/", NULL, "{\"next\": 1}");
	}
}

/* Exactly at the limit is not beyond it. */
static void
test_limit (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	g_autofree char *body = g_strnfill (1000000, ' ');

	server_reply_json (s, 200, "", body);
	ask_well (client, "GET", "/", NULL, body);
}

static void
test_stalls_and_drips (void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		server_then then;
	} cases[] = {
		{"nothing", "", THEN_HOLD},
		{"half a status line", "HTTP/1.1 20", THEN_HOLD},
		{"half the headers", HEAD, THEN_HOLD},
		{"half a body", HEAD "Content-Length: 100\r\n\r\n{", THEN_HOLD},
		{"half a chunk", HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n{", THEN_HOLD},
		{"an interim answer", "HTTP/1.1 102 Processing\r\n\r\n", THEN_HOLD},
		{"a header by drops", "HTTP/1.1 200 OK\r\nX-Header: ", THEN_DRIP},
		{"a body by drops", HEAD "Content-Length: 100000\r\n\r\n", THEN_DRIP},
		{"a body without length by drops", HEAD "\r\n", THEN_DRIP},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (http_client) client = client_new (server_url (s), SHORT, NULL, NULL);
		gint64 begin = g_get_monotonic_time (), taken;

		print_message ("%s\n", cases[i].name);
		server_reply (s, cases[i].then, cases[i].bytes, strlen (cases[i].bytes));
		g_auto (ended) e = ask (client, "POST", "/", NULL);
		taken = g_get_monotonic_time () - begin;
		assert_int_equal (e.outcome, HTTP_UNKNOWN);
		assert_string_equal (e.problem, "no answer within 200 ms");
		assert_false (e.malformed);
		/* The machine may be busy; a client that waited for the server would never get here. */
		assert_in_range (taken, SHORT * 900, LONG * 1000);
	}
}

/* A server that answers before it has read the request, and reads no further. */
static void
test_early_answer (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	g_autofree char *body = g_strnfill (20000000, ' ');

	server_answer_early (s);
	server_reply (s, THEN_HOLD, BYTES ("HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\n\r\n{}"));
	server_reply_json (s, 200, "", "{}");
	g_auto (ended) e = ask (client, "POST", "/", body);
	assert_int_equal (e.outcome, HTTP_ANSWERED);
	assert_int_equal (e.response.status, 413);
	/* What is left of the request must not become the beginning of the next. */
	ask_well (client, "GET", "/", NULL, "{}");
	assert_int_equal (server_connections (s), 2);
}

/* What libcurl would answer with another request. */
static void
test_invitations (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (http_client) client = client_new (server_url (s), LONG, NULL, NULL);
	static const struct {
		guint status;
		const char *headers;
	} cases[] = {
		{401, "WWW-Authenticate: Basic realm=\"x\"\r\n"},
		{401, "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n"},
		{407, "Proxy-Authenticate: Basic realm=\"x\"\r\n"},
		{417, ""},
		{421, ""},
		{200, "Alt-Svc: h2=\"trap.invalid:443\"\r\nStrict-Transport-Security: max-age=1000\r\n"
	              "Set-Cookie: a=b\r\nRefresh: 0; url=http://trap.invalid/\r\n"},
	};
	guint before = resolver_count ();

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		server_reply_json (s, cases[i].status, cases[i].headers, "{}");
		g_auto (ended) e = ask (client, "POST", "/", "{}");
		assert_int_equal (e.outcome, HTTP_ANSWERED);
		assert_int_equal (e.response.status, cases[i].status);
		assert_int_equal (server_requests (s), i + 1);
	}
	server_reply_json (s, 200, "", "{}");
	ask_well (client, "GET", "/", NULL, "{}");
	assert_null (strstr (server_request (s, G_N_ELEMENTS (cases)), "Cookie"));
	assert_int_equal (server_connections (s), 1);
	assert_int_equal (resolver_count (), before);
}

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_hostilities),  cmocka_unit_test (test_too_much),
		cmocka_unit_test (test_limit),        cmocka_unit_test (test_stalls_and_drips),
		cmocka_unit_test (test_early_answer), cmocka_unit_test (test_invitations),
	};

	trap_environment ();
	return cmocka_run_group_tests (tests, NULL, NULL);
}
