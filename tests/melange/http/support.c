/* See support.h. */
#include "support.h"

#include <glib/gstdio.h>
#include <string.h>

void
trap_environment (void)
{
	/* See resolver.h for the host. */
	static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

	for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
		g_setenv (names[i], "http://trap.invalid:9", TRUE);
	g_setenv ("no_proxy", "*", TRUE);
	g_setenv ("NO_PROXY", "*", TRUE);
}

http_client *
client_new (const char *url, guint timeout, void (*change) (http_options *options, gpointer data), gpointer data)
{
	http_options options = {.url = url, .timeout = timeout, .connect_timeout = timeout, .body_limit = 1000000};
	g_autofree char *problem = NULL;

	if (change)
		change (&options, data);
	http_client *client = http_client_new (&options, &problem);
	if (!client)
		fail_msg ("%s", problem);
	return client;
}

void
ended_clear (ended *e)
{
	http_response_clear (&e->response);
	g_clear_pointer (&e->problem, g_free);
}

ended
ask (http_client *client, const char *method, const char *path, const char *body)
{
	static const char *const headers[] = {"X-Auth-Token: " SECRET, NULL};
	http_request request = {
		.method = method,
		.path = path,
		.headers = headers,
		.body = body,
		.body_size = body ? strlen (body) : 0,
	};
	ended e = {0};

	e.outcome = http_exchange (client, &request, &e.response, &e.problem, &e.malformed);
	assert_int_equal (e.outcome == HTTP_ANSWERED, e.problem == NULL);
	assert_true (e.outcome == HTTP_UNKNOWN || !e.malformed);
	for (const char *c = e.problem; c && *c; c++)
		assert_false (g_ascii_iscntrl (*c));
	if (e.problem) {
		assert_true (g_utf8_validate (e.problem, -1, NULL));
		assert_null (strstr (e.problem, SECRET));
		assert_true (strlen (e.problem) < 400);
	}
	return e;
}

void
ask_well (http_client *client, const char *method, const char *path, const char *body, const char *expected)
{
	g_auto (ended) e = ask (client, method, path, body);

	if (e.outcome != HTTP_ANSWERED)
		fail_msg ("%s", e.problem);
	assert_int_equal (e.response.status, 200);
	assert_string_equal (e.response.body, expected);
}

char *
folder_new (void)
{
	GError *problem = NULL;
	char *folder = g_dir_make_tmp ("ip_driver-http-XXXXXX", &problem);

	assert_null (problem);
	return folder;
}

void
folder_remove (char *folder)
{
	GDir *files = g_dir_open (folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name (files))) {
		g_autofree char *path = g_build_filename (folder, name, NULL);

		g_unlink (path);
	}
	g_dir_close (files);
	g_rmdir (folder);
	g_free (folder);
}

void
assert_contains (const char *text, const char *part)
{
	if (!text || !strstr (text, part))
		fail_msg ("\"%s\" is not in \"%s\"", part, text);
}
