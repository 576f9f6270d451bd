/* The service as the driver sees it: options, attempts, faults, answers that are none. service.c and fault.c are
 * compiled in; the options come from the test instead of a configuration file. */
#include "certificate.h"
#include "server.h"
#include "support.h"

#include <arpa/inet.h>
#include <service.h>
#include <string.h>
#include <unistd.h>

/* Instead of the library's. */
struct ip_driver_options {
	/* Key to text; what is not in it has its default. */
	GHashTable *values;
	const char *folder;
};

const char *
ip_driver_options_text (const ip_driver_options *options, const char *key)
{
	const char *value = g_hash_table_lookup (options->values, key);

	return value || !g_str_equal (key, "auth") ? value : "none";
}

int64_t
ip_driver_options_integer (const ip_driver_options *options, const char *key)
{
	const char *value = g_hash_table_lookup (options->values, key);

	return g_ascii_strtoll (value ? value : g_str_equal (key, "retries") ? "2" : "20", NULL, 10);
}

const char *
ip_driver_options_folder (const ip_driver_options *options)
{
	return options->folder;
}

/* Pairs of key and value, ended by NULL. */
static melange_service *
try_service (const char *const *pairs, ip_driver_error *error)
{
	ip_driver_options options = {.values = g_hash_table_new (g_str_hash, g_str_equal), .folder = "/etc"};

	for (; *pairs; pairs += 2)
		g_hash_table_insert (options.values, (gpointer)(guintptr)pairs[0], (gpointer)(guintptr)pairs[1]);
	melange_service *service = melange_service_new (&options, error);
	g_hash_table_unref (options.values);
	return service;
}

#define PAIRS(...)                                                                                                     \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

typedef melange_service service;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (service, melange_service_free)

static melange_service *
open_service (const char *const *pairs)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	melange_service *opened = try_service (pairs, &error);

	if (!opened)
		fail_msg ("%s", error.message);
	return opened;
}

/* How a call has ended. */
typedef struct {
	ip_driver_status status;
	service_answer answer;
	gboolean unknown;
	ip_driver_error error;
} called;

static void
called_clear (called *c)
{
	service_answer_clear (&c->answer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (called, called_clear)

static called
call_with (melange_service *s, const service_request *request)
{
	called c = {.unknown = -1, .error = IP_DRIVER_ERROR_INIT};

	c.status = melange_service_call (s, request, &c.answer, &c.unknown, &c.error);
	if (c.status != IP_DRIVER_OK) {
		assert_true (g_utf8_validate (c.error.message, -1, NULL));
		assert_null (strstr (c.error.message, SECRET));
		assert_true (c.error.message[0] != '\0');
		for (const char *t = c.error.message; *t; t++)
			assert_false (g_ascii_iscntrl (*t));
	}
	assert_true (c.unknown == TRUE || c.unknown == FALSE);
	return c;
}

static called
call (melange_service *s, const char *method, service_kind kind)
{
	service_request request = {.method = method, .path = "/v0.1/x", .kind = kind};

	return call_with (s, &request);
}

static void
call_well (melange_service *s)
{
	g_auto (called) c = call (s, "GET", SERVICE_ONCE);

	if (c.status != IP_DRIVER_OK)
		fail_msg ("%s", c.error.message);
	assert_false (c.unknown);
}

static void
test_options (void **state)
{
	const struct {
		const char *const *pairs;
		const char *problem;
	} cases[] = {
		{PAIRS ("url", ""), "url is empty"},
		{PAIRS ("url", "ftp://host"), "url does not begin with http:// or https://"},
		{PAIRS ("url", "http://user:" SECRET "@host"), "url holds credentials"},
		{PAIRS ("url", "http://host", "http_proxy", "host:3128"),
	         "http_proxy does not begin with http:// or https://"},
		{PAIRS ("url", "https://host", "tls_ca_file", "nonexistent.pem"),
	         "tls_ca_file /etc/nonexistent.pem cannot be read: No such file or directory"},
		{PAIRS ("url", "https://host", "tls_cert", "/dev/null"), "tls_cert is given without tls_key"},
		{PAIRS ("url", "https://host", "tls_key", "/dev/null"), "tls_key is given without tls_cert"},
		{PAIRS ("url", "http://host", "tenant", "a\nX-Role: admin"), "tenant holds a control character"},
		{PAIRS ("url", "http://host", "role", "a\rb"), "role holds a control character"},
		{PAIRS ("url", "http://host", "token", SECRET), "token is given, but not used with auth = none"},
		{PAIRS ("url", "http://host", "auth", "token"), "token is needed with auth = token"},
		{PAIRS ("url", "http://host", "auth", "token", "token", SECRET "\n"),
	         "token holds a control character"},
		{PAIRS ("url", "http://host", "auth", "token", "token", SECRET, "username", "ipam"),
	         "username is given, but not used with auth = token"},
		{PAIRS ("url", "http://host", "auth", "keystone", "auth_url", "http://host/v3", "username", "ipam",
	                "project", "service"),
	         "password is needed with auth = keystone"},
		{PAIRS ("url", "http://host", "auth", "keystone", "auth_url", "http://user:" SECRET "@host/v3",
	                "username", "ipam", "password", SECRET, "project", "service"),
	         "auth_url holds credentials"},
		{PAIRS ("url", "http://host", "auth", "keystone", "auth_url", "http://host/v1", "username", "ipam",
	                "password", SECRET, "project", "service"),
	         "auth_url http://host/v1 ends neither in /v3 nor in /v2.0"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		assert_null (try_service (cases[i].pairs, &error));
		assert_int_equal (error.status, IP_DRIVER_CONFIG);
		assert_string_equal (error.message, cases[i].problem);
	}
	g_autoptr (service) all =
		open_service (PAIRS ("url", "https://host/", "http_proxy", "http://user:" SECRET "@host:3128", "auth",
	                             "keystone", "auth_url", "http://host/v3", "username", "ipam", "password", SECRET,
	                             "project", "service", "user_domain", "u", "project_domain", "p", "token", ""));
	assert_string_equal (melange_service_url (all), "https://host");
}

static void
test_what_is_sent (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s), "tenant", "tenant1", "role", "Member,Admin",
	                                             "auth", "token", "token", SECRET));
	json_t *body = json_pack ("{s:s}", "name", "\xc3\xa4");
	service_request request = {
		.method = "POST",
		.path = "/v0.1/ip_driver/block/create?a=b",
		.body = body,
		.kind = SERVICE_ONCE,
		.idempotency_key = "the-key",
		.served_by = "the-process",
		.transaction = "the-transaction",
	};

	server_reply_json (s, 201, "X-Ip-Driver-Served-By: p1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	                   "{\"a\": 1}");
	g_auto (called) c = call_with (m, &request);
	json_decref (body);
	assert_int_equal (c.status, IP_DRIVER_OK);
	assert_false (c.unknown);
	assert_int_equal (c.answer.status, 201);
	assert_int_equal (json_integer_value (json_object_get (c.answer.body, "a")), 1);
	assert_string_equal (c.answer.served_by, "p1");
	assert_int_equal (c.answer.date, 784111777);
	const char *sent = server_request (s, 0);
	assert_true (g_str_has_prefix (sent, "POST /v0.1/ip_driver/block/create?a=b HTTP/1.1\r\n"));
	assert_contains (sent, "\r\nAccept: application/json\r\n");
	assert_contains (sent, "\r\nContent-Type: application/json\r\n");
	assert_contains (sent, "\r\nX-Auth-Token: " SECRET "\r\n");
	assert_contains (sent, "\r\nX-Tenant: tenant1\r\n");
	assert_contains (sent, "\r\nX-Role: Member,Admin\r\n");
	assert_contains (sent, "\r\nIdempotency-Key: the-key\r\n");
	assert_contains (sent, "\r\nX-Ip-Driver-Transaction: the-transaction\r\n");
	/* That is for repetitions. */
	assert_null (strstr (sent, "Served-By"));
	assert_contains (sent, "\r\n\r\n{\"name\":\"\xc3\xa4\"}");
}

#define TYPE "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

/* Successes of which nothing can be made. */
static void
test_nonsense (void **state)
{
	g_autofree char *brackets = g_strnfill (64, '[');
	g_autofree char *deep = g_strconcat (TYPE "{\"a\": ", brackets, NULL);
	g_autofree char *commas = g_strnfill (4 * 1024 * 1024, ',');
	g_autofree char *many = g_strconcat (TYPE "{\"a\": [", commas, NULL);
	g_autofree char *too_much = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	                                             "Content-Length: %d\r\n\r\n{",
	                                             64 * 1024 * 1024 + 1);
	const struct {
		const char *bytes;
		gsize size;
		const char *problem;
	} cases[] = {
		{BYTES ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}"),
	         "the answer is text/html instead of application/json"},
		{BYTES ("HTTP/1.1 200 OK\r\nContent-Type: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}"),
	         "the answer is ?? instead of application/json"},
		{BYTES ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
	         "the answer is of no type instead of application/json"},
		{BYTES (TYPE "{"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "[]"), "the answer's JSON is not an object"},
		{BYTES (TYPE "\"text\""), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "null"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE " "), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{} {}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": \"\\u0000\"}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": \"\0\"}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": \"\n\"}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": \"\xff\"}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": 1, \"a\": 2}"), "the answer is not JSON (line 1, column "},
		{BYTES (TYPE "{\"a\": 99999999999999999999}"), "the answer is not JSON (line 1, column "},
		{deep, strlen (deep), "the answer's JSON is too deep or has too many values"},
		{many, strlen (many), "the answer's JSON is too deep or has too many values"},
		{too_much, strlen (too_much), "the answer has more than 67108864 bytes"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));
		g_autofree char *message = g_strdup_printf ("Melange service %s: %s", server_url (s), cases[i].problem);

		server_reply (s, THEN_CLOSE, cases[i].bytes, cases[i].size);
		g_auto (called) c = call (m, "POST", SERVICE_ONCE);
		assert_int_equal (c.status, IP_DRIVER_PROTOCOL);
		assert_true (g_str_has_prefix (c.error.message, message));
		assert_true (c.unknown);
		assert_int_equal (c.answer.status, 0);
		assert_null (c.answer.body);
		assert_int_equal (server_requests (s), 1);
	}
}

static void
test_good_answers (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));
	g_autoptr (GString) deep = g_string_new ("{\"a\": ");

	for (int i = 0; i < 63; i++)
		g_string_append_c (deep, '[');
	for (int i = 0; i < 63; i++)
		g_string_append_c (deep, ']');
	g_string_append (deep, ", \"b\": \"[[\\\"[[{{\\\\\"}");
	server_reply_json (s, 200, "", deep->str);
	server_reply (s, THEN_KEEP,
	              BYTES ("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
	                     "Content-Length: 8\r\n\r\n{\"a\": 1}"));
	server_reply (s, THEN_KEEP, BYTES ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"));
	for (int i = 0; i < 3; i++) {
		g_auto (called) c = call (m, "DELETE", SERVICE_ONCE);
		assert_int_equal (c.status, IP_DRIVER_OK);
		assert_true (i == 2 ? c.answer.body == NULL : json_is_object (c.answer.body));
	}
	assert_int_equal (server_connections (s), 1);
}

/* Reasons of faults: what is shown of them, and that it is harmless. */
static void
test_faults (void **state)
{
	g_autofree char *endless = g_strnfill (100000, 'x');
	g_autofree char *endless_json = g_strdup_printf ("{\"BadRequest\": {\"detail\": \"%s\"}}", endless);
	g_autofree char *shortened = g_strndup (endless, 500);
	const struct {
		const char *type;
		const char *body;
		const char *detail;
	} cases[] = {
		{"application/json",
	         "{\"BadRequest\": {\"code\": 400, \"message\": \"m\", \"detail\": \"the reason\"}}", "the reason"},
		{"application/json; charset=UTF-8", "{\"BadRequest\": {\"detail\": \" two\\nlines\\u0007\\u202e\"}}",
	         "two lines??"},
		{"application/json", "{\"BadRequest\": {\"message\": \"only this\"}}", "only this"},
		{"application/json", "{\"BadRequest\": {\"detail\": 5, \"message\": \"only this\"}}", "only this"},
		{"application/json", endless_json, shortened},
		{"application/json", "{\"BadRequest\": \"text\"}", NULL},
		{"application/json", "{\"BadRequest\": {}}", NULL},
		{"application/json", "{}", NULL},
		{"application/json", "[{\"detail\": \"x\"}]", NULL},
		{"application/json", "{\"BadRequest\": {\"detail\": \"\\u0000\"}}", NULL},
		{"application/json", "no JSON", NULL},
		{"text/html", "<h1>Bad</h1>", NULL},
		{"text/plain", "400 Bad Request\n\nThe server could not\r\n comply.\n\n   ",
	         "The server could not comply."},
		{"text/plain; charset=UTF-8", "only a line\n\n", "only a line"},
		{"text/plain", "\033]0;x\007\nevil\033[2J\xff\n", "evil?[2J?"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));
		g_autofree char *bytes = g_strdup_printf (
			"HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", cases[i].type,
			strlen (cases[i].body), cases[i].body);

		server_reply (s, THEN_KEEP, bytes, strlen (bytes));
		g_auto (called) c = call (m, "POST", SERVICE_REPEATABLE);
		assert_int_equal (c.status, IP_DRIVER_INVALID);
		assert_false (c.unknown);
		assert_int_equal (c.answer.status, 400);
		assert_true (g_strcmp0 (c.answer.detail, cases[i].detail) == 0);
		if (cases[i].detail)
			assert_string_equal (c.error.message, cases[i].detail);
		assert_int_equal (server_requests (s), 1);
	}
}

/* A fault of the ABI, as our own service tells it, is an answer: it is never repeated. */
static void
test_faults_of_the_abi (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));

	server_reply_json (s, 503, "X-Ip-Driver-Status: unavailable\r\nX-Ip-Driver-Retryable: 0\r\nRetry-After: 1\r\n",
	                   "{\"ServiceUnavailable\": {\"detail\": \"busy\"}}");
	g_auto (called) c = call (m, "POST", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
	assert_string_equal (c.error.message, "busy");
	assert_int_equal (c.error.retryable, 0);
	assert_string_equal (c.answer.ip_driver_status, "unavailable");
	assert_string_equal (c.answer.ip_driver_retryable, "0");
	assert_false (c.unknown);
	assert_int_equal (server_requests (s), 1);
}

#define EMPTY(status) "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n"

/* Which failures are repeated, and exactly how often; what is known of the outcome then. */
static void
test_repetitions (void **state)
{
	static const struct {
		const char *bytes;
		server_then then;
		/* Requests, of those that may be repeated and of those that may not. */
		guint repeatable;
		guint once;
		gboolean unknown;
		ip_driver_status status;
	} cases[] = {
		{"", THEN_CLOSE, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{"", THEN_RESET, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{", THEN_CLOSE, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{"garbage\r\n", THEN_CLOSE, 3, 1, TRUE, IP_DRIVER_PROTOCOL},
		{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{", THEN_KEEP, 3, 1, TRUE, IP_DRIVER_PROTOCOL},
		{EMPTY ("500 Error"), THEN_KEEP, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{EMPTY ("502 Error"), THEN_KEEP, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{EMPTY ("503 Error"), THEN_KEEP, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{EMPTY ("504 Error"), THEN_KEEP, 3, 1, TRUE, IP_DRIVER_UNAVAILABLE},
		{EMPTY ("429 Slowly"), THEN_KEEP, 3, 3, FALSE, IP_DRIVER_UNAVAILABLE},
		{EMPTY ("400 Bad"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_INVALID},
		{EMPTY ("401 Who"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_DENIED},
		{EMPTY ("403 No"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_DENIED},
		{EMPTY ("407 No"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_DENIED},
		{EMPTY ("409 Conflict"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_CONFLICT},
		{EMPTY ("422 No"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_NOT_ALLOWED},
		{EMPTY ("307 There\r\nLocation: http://trap.invalid/"), THEN_KEEP, 1, 1, FALSE, IP_DRIVER_PROTOCOL},
	};
	static const service_kind kinds[] = {SERVICE_REPEATABLE, SERVICE_ONCE, SERVICE_SINGLE};

	for (gsize i = 0; i < G_N_ELEMENTS (cases) * 3; i++) {
		const gsize n = i / 3;
		const service_kind kind = kinds[i % 3];
		const guint expected = kind == SERVICE_REPEATABLE ? cases[n].repeatable
		                       : kind == SERVICE_ONCE     ? cases[n].once
		                                                  : 1;
		g_autoptr (server) s = server_new ();
		g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));

		for (guint reply = 0; reply < expected; reply++)
			server_reply (s, cases[n].then, cases[n].bytes, strlen (cases[n].bytes));
		g_auto (called) c = call (m, "POST", kind);
		assert_int_equal (c.status, cases[n].status);
		assert_int_equal (c.unknown, cases[n].unknown);
		assert_int_equal (server_requests (s), expected);
	}
}

/* The service was not reached: everything but SINGLE may be tried again. */
static void
test_repetitions_of_nothing (void **state)
{
	static const service_kind kinds[] = {SERVICE_REPEATABLE, SERVICE_ONCE, SERVICE_SINGLE};

	for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
		g_autoptr (server) s = server_new ();
		g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", server_port (s));
		g_autoptr (service) m = open_service (PAIRS ("url", url));
		guint attempts = kinds[i] == SERVICE_SINGLE ? 1 : 3;

		server_answer_anything (s);
		for (guint reply = 0; reply < attempts; reply++)
			server_reply (s, THEN_CLOSE, BYTES ("no TLS here"));
		g_auto (called) c = call (m, "POST", kinds[i]);
		assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
		assert_int_equal (c.error.retryable, 1);
		assert_false (c.unknown);
		assert_int_equal (server_requests (s), attempts);
	}
}

/* A repetition that has success, and what it says of the attempt before it. */
static void
test_success_at_last (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));

	/* An answer to another request is none to this one. */
	server_reply_json (s, 200, "X-Ip-Driver-Request: 17\r\n", "{\"b\": 1}");
	server_reply_json (s, 503, "", "{}");
	server_reply_json (s, 200, "", "{\"a\": 1}");
	{
		g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
		assert_int_equal (c.status, IP_DRIVER_OK);
		assert_non_null (json_object_get (c.answer.body, "a"));
		assert_int_equal (server_requests (s), 3);
	}
	server_reply (s, THEN_CLOSE, BYTES (""));
	server_reply_json (s, 404, "", "{\"NotFound\": {\"detail\": \"gone\"}}");
	g_auto (called) c = call (m, "DELETE", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_NOT_FOUND);
	/* The first may have deleted it. */
	assert_true (c.unknown);
}

static const service_request recognised = {
	.method = "POST",
	.path = "/v0.1/x",
	.kind = SERVICE_ONCE,
	.idempotency_key = "the-key",
	.served_by = "the-process",
};

/* With a key even what allocates is repeated, by the same key, to the same process. */
static void
test_recognised_repetition (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));

	server_reply_json (s, 429, "", "{}");
	server_reply (s, THEN_CLOSE, BYTES (""));
	server_reply_json (s, 201, "", "{\"a\": 1}");
	{
		g_auto (called) c = call_with (m, &recognised);
		assert_int_equal (c.status, IP_DRIVER_OK);
		assert_false (c.unknown);
	}
	/* The first was not carried out: the second is no repetition of it. */
	for (guint i = 0; i < 3; i++) {
		assert_contains (server_request (s, i), "\r\nIdempotency-Key: the-key\r\n");
		assert_int_equal (strstr (server_request (s, i), "\r\nX-Ip-Driver-Served-By: the-process\r\n") != NULL,
		                  i == 2);
	}
	server_reply (s, THEN_CLOSE, BYTES (""));
	server_reply_json (s, 409, "X-Ip-Driver-Status: duplicate\r\n", "{\"Conflict\": {\"detail\": \"taken\"}}");
	{
		g_auto (called) c = call_with (m, &recognised);
		assert_int_equal (c.status, IP_DRIVER_DUPLICATE);
		assert_false (c.unknown);
	}
	/* Not the service, but something before it. */
	server_reply (s, THEN_CLOSE, BYTES (""));
	server_reply_json (s, 403, "", "{}");
	g_auto (called) c = call_with (m, &recognised);
	assert_int_equal (c.status, IP_DRIVER_DENIED);
	assert_true (c.unknown);
}

/* The service was restarted: it does not know the key. */
static void
test_restarted_service (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s)));
	service_request no_process = recognised;

	server_reply (s, THEN_CLOSE, BYTES (""));
	server_reply_json (s, 412, "X-Ip-Driver-Served-By: another\r\n", "{}");
	{
		g_auto (called) c = call_with (m, &recognised);
		assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
		assert_true (c.unknown);
		assert_int_equal (c.answer.status, 412);
		assert_string_equal (c.answer.served_by, "another");
		assert_int_equal (server_requests (s), 2);
	}
	/* A key alone does not tell a restarted service from the one that may have carried it out. */
	no_process.served_by = NULL;
	server_reply (s, THEN_CLOSE, BYTES (""));
	g_auto (called) c = call_with (m, &no_process);
	assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (server_requests (s), 3);
}

static void
test_pauses (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s), "retries", "3"));
	gint64 begin = g_get_monotonic_time ();

	server_reply_always (s, 503, "", "{}");
	g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (server_requests (s), 4);
	/* 50, 100 and 200 ms, each of them at least by half. */
	assert_true (g_get_monotonic_time () - begin >= 175000);
}

static void
test_retry_after (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s), "timeout", "2"));
	gint64 begin = g_get_monotonic_time ();

	server_reply_json (s, 429, "Retry-After: 1\r\n", "{}");
	server_reply_json (s, 200, "", "{}");
	call_well (m);
	assert_true (g_get_monotonic_time () - begin >= G_USEC_PER_SEC);
	assert_int_equal (server_requests (s), 2);
	/* Longer than anyone waits. */
	server_reply_json (s, 429, "Retry-After: 3\r\n", "{}");
	g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (server_requests (s), 3);
	/* Nonsense is no reason to wait. */
	server_reply_json (s, 429, "Retry-After: -99999999999999999999\r\n", "{}");
	server_reply_json (s, 200, "", "{}");
	call_well (m);
	assert_int_equal (server_requests (s), 5);
}

static void
test_time_out (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s), "timeout", "1", "connect_timeout", "1"));
	g_autofree char *message = g_strdup_printf ("Melange service %s: no answer within 1 s", server_url (s));

	server_reply (s, THEN_HOLD, BYTES (""));
	g_auto (called) c = call (m, "POST", SERVICE_ONCE);
	assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
	assert_string_equal (c.error.message, message);
	assert_int_equal (c.error.retryable, 1);
	assert_true (c.unknown);
}

static void
test_untrusted (void **state)
{
	char *folder = folder_new ();
	certificate_make (folder, "server", NULL, "DNS:localhost", 3600);
	g_autofree char *cert = certificate_path (folder, "server");
	g_autofree char *key = certificate_key_path (folder, "server");
	g_autoptr (server) s = server_new_tls (cert, key, NULL);
	g_autoptr (service) doubtful = open_service (PAIRS ("url", server_url (s)));
	g_autoptr (service) trusting = open_service (PAIRS ("url", server_url (s), "tls_ca_file", cert));

	server_reply_json (s, 200, "", "{}");
	g_auto (called) c = call (doubtful, "GET", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_DENIED);
	assert_int_equal (c.error.retryable, 0);
	assert_int_equal (server_connections (s), 1);
	call_well (trusting);
	folder_remove (folder);
}

static melange_service *
open_with_keystone (const server *s, const server *keystone)
{
	g_autofree char *auth_url = g_strconcat (server_url (keystone), "/v3", NULL);

	return open_service (PAIRS ("url", server_url (s), "auth", "keystone", "auth_url", auth_url, "username", "ipam",
	                            "password", SECRET, "project", "service"));
}

static void
reply_token (server *keystone, const char *token)
{
	g_autofree char *header = g_strdup_printf ("X-Subject-Token: %s\r\n", token);

	server_reply_json (keystone, 201, header, "{\"token\": {\"expires_at\": \"2099-01-01T00:00:00.000000Z\"}}");
}

/* A 401 renews the token, once, also for what must not be repeated: it was not carried out. */
static void
test_renewal (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (server) keystone = server_new ();
	g_autoptr (service) m = open_with_keystone (s, keystone);

	reply_token (keystone, SECRET "1");
	server_reply_json (s, 200, "", "{}");
	call_well (m);
	assert_contains (server_request (s, 0), "\r\nX-Auth-Token: " SECRET "1\r\n");
	reply_token (keystone, SECRET "2");
	server_reply_json (s, 401, "", "{}");
	server_reply_json (s, 200, "", "{}");
	call_well (m);
	assert_contains (server_request (s, 1), "\r\nX-Auth-Token: " SECRET "1\r\n");
	assert_contains (server_request (s, 2), "\r\nX-Auth-Token: " SECRET "2\r\n");
	reply_token (keystone, SECRET "3");
	server_reply_json (s, 401, "", "{\"Unauthorized\": {\"detail\": \"" SECRET "2 is stale\"}}");
	server_reply_json (s, 401, "", "{\"Unauthorized\": {\"detail\": \"" SECRET "3 is stale\"}}");
	g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_DENIED);
	assert_false (c.unknown);
	assert_int_equal (server_requests (s), 5);
	assert_int_equal (server_requests (keystone), 3);
}

static void
test_fixed_token (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (service) m = open_service (PAIRS ("url", server_url (s), "auth", "token", "token", SECRET));

	server_reply_json (s, 401, "", "{}");
	g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
	assert_int_equal (c.status, IP_DRIVER_DENIED);
	assert_contains (c.error.message, "the token is refused");
	assert_int_equal (server_requests (s), 1);
}

static void
test_keystone_fails (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (server) keystone = server_new ();
	g_autoptr (service) m = open_with_keystone (s, keystone);

	server_reply_json (keystone, 401, "", "{}");
	{
		g_auto (called) c = call (m, "GET", SERVICE_REPEATABLE);
		assert_int_equal (c.status, IP_DRIVER_DENIED);
		assert_int_equal (server_requests (keystone), 1);
	}
	for (int i = 0; i < 3; i++)
		server_reply_json (keystone, 503, "", "{}");
	{
		g_auto (called) c = call (m, "POST", SERVICE_ONCE);
		assert_int_equal (c.status, IP_DRIVER_UNAVAILABLE);
		assert_false (c.unknown);
		assert_int_equal (server_requests (keystone), 4);
	}
	assert_int_equal (server_requests (s), 0);
	server_reply (keystone, THEN_CLOSE, BYTES (""));
	reply_token (keystone, "token");
	server_reply_json (s, 200, "", "{}");
	call_well (m);
}

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_options),
		cmocka_unit_test (test_what_is_sent),
		cmocka_unit_test (test_nonsense),
		cmocka_unit_test (test_good_answers),
		cmocka_unit_test (test_faults),
		cmocka_unit_test (test_faults_of_the_abi),
		cmocka_unit_test (test_repetitions),
		cmocka_unit_test (test_repetitions_of_nothing),
		cmocka_unit_test (test_success_at_last),
		cmocka_unit_test (test_recognised_repetition),
		cmocka_unit_test (test_restarted_service),
		cmocka_unit_test (test_pauses),
		cmocka_unit_test (test_retry_after),
		cmocka_unit_test (test_time_out),
		cmocka_unit_test (test_untrusted),
		cmocka_unit_test (test_renewal),
		cmocka_unit_test (test_fixed_token),
		cmocka_unit_test (test_keystone_fails),
	};

	trap_environment ();
	return cmocka_run_group_tests (tests, NULL, NULL);
}
