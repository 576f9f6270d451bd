/* Tokens: Keystone's two dialects, renewal, many threads, and a Keystone that is none. */
#include "server.h"
#include "support.h"

#include <jansson.h>
#include <string.h>
#include <token.h>

#define THREADS 16
/* Microseconds. */
#define HOUR ((gint64)3600 * G_USEC_PER_SEC)

static token_source *
keystone_new (const char *url, const char *version, const char *user_domain)
{
	g_autofree char *auth_url = g_strconcat (url, version, NULL);
	g_autofree char *problem = NULL;
	http_options http = {.timeout = LONG, .connect_timeout = LONG};
	token_keystone options = {
		.auth_url = auth_url,
		.http = &http,
		.username = "ipam",
		.password = SECRET "\"\\",
		.project = "service",
		.user_domain = user_domain,
	};
	token_source *source = token_source_new_keystone (&options, &problem);

	if (!source)
		fail_msg ("%s", problem);
	return source;
}

/* The end of a token's life, as Keystone writes it; to be freed. */
static char *
time_in (gint64 microseconds)
{
	g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
	g_autoptr (GDateTime) end = g_date_time_add (now, microseconds);

	return g_date_time_format (end, "%Y-%m-%dT%H:%M:%S.%fZ");
}

/* Says a token that lives that long. */
static void
reply_token_3 (server *s, const char *token, gint64 life)
{
	g_autofree char *end = time_in (life);
	g_autofree char *header = g_strdup_printf ("X-Subject-Token: %s\r\n", token);
	g_autofree char *json =
		g_strdup_printf ("{\"token\": {\"expires_at\": \"%s\", \"methods\": [\"password\"]}}", end);

	server_reply_json (s, 201, header, json);
}

static void
get_well (token_source *source, const char *stale, const char *expected)
{
	g_autofree char *token = NULL, *problem = NULL;

	if (token_source_get (source, stale, &token, &problem) != TOKEN_OK)
		fail_msg ("%s", problem);
	assert_string_equal (token, expected);
}

/* Whether a request has the body, as JSON. */
static void
assert_body (const char *request, const char *expected)
{
	json_t *sent = json_loads (strstr (request, "\r\n\r\n") + 4, 0, NULL);
	json_t *wanted = json_loads (expected, 0, NULL);

	assert_non_null (wanted);
	assert_true (json_equal (sent, wanted));
	json_decref (sent);
	json_decref (wanted);
}

static void
test_version_3 (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/identity/v3/", NULL);
	g_autoptr (token_source) elsewhere = keystone_new (server_url (s), "/v3", "Users");

	assert_int_equal (server_connections (s), 0);
	reply_token_3 (s, "first", HOUR);
	get_well (source, NULL, "first");
	get_well (source, NULL, "first");
	assert_int_equal (server_requests (s), 1);
	assert_true (g_str_has_prefix (server_request (s, 0), "POST /identity/v3/auth/tokens HTTP/1.1\r\n"));
	assert_contains (server_request (s, 0), "\r\nContent-Type: application/json\r\n");
	assert_body (
		server_request (s, 0),
		"{\"auth\": {\"identity\": {\"methods\": [\"password\"], \"password\": {\"user\": {\"name\": \"ipam\", "
		"\"domain\": {\"name\": \"Default\"}, \"password\": \"" SECRET "\\\"\\\\\"}}}, \"scope\": "
		"{\"project\": {\"name\": \"service\", \"domain\": {\"name\": \"Default\"}}}}}");
	reply_token_3 (s, "second", HOUR);
	get_well (elsewhere, NULL, "second");
	assert_contains (server_request (s, 1), "\"Users\"");
}

static void
test_version_2 (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/v2.0", NULL);

	server_reply_json (
		s, 200, "",
		"{\"access\": {\"token\": {\"id\": \"old\", \"expires\": \"2099-02-05T00:00:00\", \"tenant\": "
		"{\"id\": \"1\"}}, \"serviceCatalog\": []}}");
	get_well (source, NULL, "old");
	get_well (source, NULL, "old");
	assert_int_equal (server_requests (s), 1);
	assert_true (g_str_has_prefix (server_request (s, 0), "POST /v2.0/tokens HTTP/1.1\r\n"));
	assert_body (server_request (s, 0),
	             "{\"auth\": {\"passwordCredentials\": {\"username\": \"ipam\", \"password\": \"" SECRET
	             "\\\"\\\\\"}, \"tenantName\": \"service\"}}");
}

/* A token that was refused is renewed once, however many have found out. */
static void
test_refused_token (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/v3", NULL);

	reply_token_3 (s, "first", HOUR);
	reply_token_3 (s, "second", HOUR);
	get_well (source, NULL, "first");
	get_well (source, "first", "second");
	get_well (source, "first", "second");
	get_well (source, NULL, "second");
	assert_int_equal (server_requests (s), 2);
}

static void
test_renewal_before_the_end (void **state)
{
	static const gint64 life = 500000;
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/v3", NULL);
	gint64 end = g_get_real_time () + life;
	guint given = 0;

	reply_token_3 (s, "first", life);
	reply_token_3 (s, "second", HOUR);
	for (;;) {
		g_autofree char *token = NULL, *problem = NULL;
		gint64 now = g_get_real_time ();

		assert_int_equal (token_source_get (source, NULL, &token, &problem), TOKEN_OK);
		if (g_str_equal (token, "second"))
			break;
		given++;
		assert_true (now < end);
	}
	assert_true (given > 1);
	assert_int_equal (server_requests (s), 2);
}

static gpointer
get_in_thread (gpointer data)
{
	get_well (data, NULL, "first");
	return NULL;
}

static void
test_threads (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/v3", NULL);
	g_autoptr (http_client) other = client_new (server_url (s), LONG, NULL, NULL);
	GThread *threads[THREADS];

	reply_token_3 (s, "first", HOUR);
	reply_token_3 (s, "first", HOUR);
	/* Nobody is answered until there are two requests: that for the token, and the test's own. */
	server_gather (s, 2);
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new ("getter", get_in_thread, source);
	server_await_requests (s, 1);
	g_auto (ended) own = ask (other, "GET", "/own", NULL);
	assert_int_equal (own.outcome, HTTP_ANSWERED);
	for (int i = 0; i < THREADS; i++)
		g_thread_join (threads[i]);
	assert_int_equal (server_requests (s), 2);
	assert_contains (server_request (s, 1), "GET /own ");
}

static void
get_badly (token_source *source, token_status expected, const char *part)
{
	g_autofree char *token = NULL, *problem = NULL;

	assert_int_equal (token_source_get (source, NULL, &token, &problem), expected);
	assert_null (token);
	assert_contains (problem, part);
	assert_null (strstr (problem, SECRET));
	assert_null (strstr (problem, "leak"));
}

static void
test_refusals (void **state)
{
	g_autoptr (server) s = server_new ();
	g_autoptr (token_source) source = keystone_new (server_url (s), "/v3", NULL);

	server_reply_json (s, 401, "X-Subject-Token: leak\r\n", "{\"error\": {\"message\": \"" SECRET "\"}}");
	get_badly (source, TOKEN_DENIED, "refuses the credentials (401)");
	server_reply_json (s, 403, "", "{}");
	get_badly (source, TOKEN_DENIED, "refuses the credentials (403)");
	server_reply_json (s, 503, "", "{}");
	get_badly (source, TOKEN_UNAVAILABLE, "answers 503");
	server_reply_json (s, 302, "Location: http://trap.invalid/\r\n", "{}");
	get_badly (source, TOKEN_UNAVAILABLE, "answers 302");
	server_reply (s, THEN_CLOSE, BYTES (""));
	get_badly (source, TOKEN_UNAVAILABLE, "the connection was closed before an answer came");
	/* A failure is not kept. */
	reply_token_3 (s, "first", HOUR);
	get_well (source, NULL, "first");
	assert_int_equal (server_requests (s), 6);
}

#define NO_TOKEN "its answer holds no token"
#define NO_END "does not say when the token ends"

static void
test_nonsense (void **state)
{
	g_autofree char *long_token = g_strnfill (32 * 1024 + 1, 'l');
	g_autofree char *long_answer = g_strdup_printf (
		"{\"access\": {\"token\": {\"id\": \"%s\", \"expires\": \"2099-01-01T00:00:00Z\"}}}", long_token);
	const struct {
		const char *version;
		const char *headers;
		const char *json;
		const char *problem;
	} cases[] = {
		{"/v3", "", "{\"token\": {\"expires_at\": \"2099-01-01T00:00:00Z\"}}", NO_TOKEN},
		{"/v3", "X-Subject-Token:\r\n", "{\"token\": {\"expires_at\": \"2099-01-01T00:00:00Z\"}}", NO_TOKEN},
		{"/v3", "X-Subject-Token: leak leak\r\n", "{\"token\": {\"expires_at\": \"2099-01-01T00:00:00Z\"}}",
	         NO_TOKEN},
		{"/v3", "X-Subject-Token: leak\xc3\xa4\r\n", "{\"token\": {\"expires_at\": \"2099-01-01T00:00:00Z\"}}",
	         NO_TOKEN},
		{"/v3", "X-Subject-Token: leak\r\n", "", NO_END},
		{"/v3", "X-Subject-Token: leak\r\n", "[]", NO_END},
		{"/v3", "X-Subject-Token: leak\r\n", "{\"token\": []}", NO_END},
		{"/v3", "X-Subject-Token: leak\r\n", "{\"token\": {\"expires_at\": 4070908800}}", NO_END},
		{"/v3", "X-Subject-Token: leak\r\n", "{\"token\": {\"expires_at\": \"tomorrow\"}}", NO_END},
		{"/v3", "X-Subject-Token: leak\r\n", "{\"token\": {\"expires_at\": \"2001-01-01T00:00:00Z\"}}",
	         "its token has ended already"},
		{"/v2.0", "X-Subject-Token: leak\r\n", "{}", NO_TOKEN},
		{"/v2.0", "", "{\"access\": {\"token\": {\"id\": 5, \"expires\": \"2099-01-01T00:00:00Z\"}}}",
	         NO_TOKEN},
		{"/v2.0", "", "{\"access\": {\"token\": {\"id\": \"\", \"expires\": \"2099-01-01T00:00:00Z\"}}}",
	         NO_TOKEN},
		{"/v2.0", "",
	         "{\"access\": {\"token\": {\"id\": \"leak\\r\\nX-Role: admin\", \"expires\": "
	         "\"2099-01-01T00:00:00Z\"}}}",
	         NO_TOKEN},
		{"/v2.0", "",
	         "{\"access\": {\"token\": {\"id\": \"leak\\u0000\", \"expires\": \"2099-01-01T00:00:00Z\"}}}",
	         NO_TOKEN},
		{"/v2.0", "", long_answer, NO_TOKEN},
		{"/v2.0", "", "not JSON", NO_TOKEN},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (server) s = server_new ();
		g_autoptr (token_source) source = keystone_new (server_url (s), cases[i].version, NULL);

		server_reply_json (s, 200, cases[i].headers, cases[i].json);
		get_badly (source, TOKEN_UNAVAILABLE, cases[i].problem);
	}
}

static void
test_fixed (void **state)
{
	g_autoptr (token_source) source = token_source_new_fixed ("fixed");
	g_autofree char *token = NULL, *problem = NULL;

	get_well (source, NULL, "fixed");
	get_well (source, "another", "fixed");
	assert_int_equal (token_source_get (source, "fixed", &token, &problem), TOKEN_DENIED);
	assert_string_equal (problem, "the token is refused");
}

static void
test_options (void **state)
{
	static const struct {
		const char *auth_url;
		const char *username;
		const char *problem;
	} cases[] = {
		{"http://host:5000", "ipam", "auth_url http://host:5000 ends neither in /v3 nor in /v2.0"},
		{"http://host:5000/v4", "ipam", "auth_url http://host:5000/v4 ends neither in /v3 nor in /v2.0"},
		{"http://user:" SECRET "@host/v3", "ipam", "auth_url holds credentials"},
		{"host/v3", "ipam", "auth_url does not begin with http:// or https://"},
		{"http://host/v3", "\xff", "user name, password, project or domain is not UTF-8"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		http_options http = {.timeout = LONG, .connect_timeout = LONG};
		token_keystone options = {
			.auth_url = cases[i].auth_url,
			.http = &http,
			.username = cases[i].username,
			.password = SECRET,
			.project = "service",
		};
		g_autofree char *problem = NULL;

		assert_null (token_source_new_keystone (&options, &problem));
		assert_string_equal (problem, cases[i].problem);
	}
}

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_version_3),     cmocka_unit_test (test_version_2),
		cmocka_unit_test (test_refused_token), cmocka_unit_test (test_renewal_before_the_end),
		cmocka_unit_test (test_threads),       cmocka_unit_test (test_refusals),
		cmocka_unit_test (test_nonsense),      cmocka_unit_test (test_fixed),
		cmocka_unit_test (test_options),
	};

	trap_environment ();
	return cmocka_run_group_tests (tests, NULL, NULL);
}
