/*
 * The library's own tests: each rule of comparison, and, over all recorded scenarios, that an answer matches itself
 * and that no answer that differs in one place does.
 *
 *   transcript_test FOLDER SCENARIO...
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *folder;
/* The scenarios that the other tests run. NULL-terminated. */
static const char *const *listed;

/* The present, as the service writes it. */
static char *
now (const char *format)
{
	g_autoptr (GDateTime) time = g_date_time_new_now_utc ();

	return g_date_time_format (time, format);
}

/* Times that were filled in, made present. */
static char *
made_present (const char *text, const char *time)
{
	g_autoptr (GRegex) regex = g_regex_new ("2012-03-04T\\d\\d:\\d\\d:\\d\\d", 0, 0, NULL);

	return g_regex_replace_literal (regex, text, -1, 0, time, 0, NULL);
}

static gboolean
texts_match (const char *expected, const char *actual, const char *unordered)
{
	g_autoptr (transcript_names) names = transcript_names_new ("http://h:1");
	g_autoptr (GString) diff = g_string_new (NULL);
	json_t *lists = json_pack ("[s]", unordered);
	json_t *expected_value = json_loads (expected, JSON_DECODE_ANY, NULL);
	json_t *actual_value = json_loads (actual, JSON_DECODE_ANY, NULL);
	gboolean equal;

	assert_non_null (expected_value);
	assert_non_null (actual_value);
	equal = transcript_json_match (names, expected_value, actual_value, lists, diff);
	/* A difference is told, and leaves nothing bound. */
	assert_int_equal (equal, diff->len == 0);
	if (!equal)
		assert_int_equal (transcript_names_count (names), 1);
	json_decref (lists);
	json_decref (expected_value);
	json_decref (actual_value);
	return equal;
}

static void
test_placeholders (void **state)
{
	g_autoptr (transcript_names) names = transcript_names_new ("http://h:1");
	g_autofree char *time = now ("%Y-%m-%dT%H:%M:%S");
	g_autofree char *other_zone = now ("%Y-%m-%dT%H:%M:%SZ");

	assert_true (transcript_text_match (names, "${base}/v0.1/${a}?limit=2", "http://h:1/v0.1/x-1?limit=2"));
	assert_string_equal (transcript_names_get (names, "a"), "x-1");
	assert_false (transcript_text_match (names, "${a}", "x-2"));
	assert_true (transcript_text_match (names, "<${a}>", "<x-1>"));
	assert_false (transcript_text_match (names, "${base}", "http://h:2"));
	/* Twice in one text. */
	assert_true (transcript_text_match (names, "${b}, ${b}", "y, y"));
	assert_false (transcript_text_match (names, "${c}, ${c}", "y, z"));
	assert_null (transcript_names_get (names, "c"));
	assert_true (transcript_text_match (names, "${*} ${*}", "p q"));
	assert_false (transcript_text_match (names, "${*}", ""));
	assert_false (transcript_text_match (names, "${d}", ""));
	assert_true (transcript_text_match (names, "${traceback} Error: x", "Traceback\n  1\n Error: x"));
	assert_false (transcript_text_match (names, "${traceback} Error: x", "Traceback Error: y"));
	/* Nothing in a text is a pattern. */
	assert_false (transcript_text_match (names, "a.${e}", "ab1"));
	assert_true (transcript_text_match (names, "${timestamp}", time));
	assert_false (transcript_text_match (names, "${timestamp}", other_zone));
	assert_false (transcript_text_match (names, "${timestamp}", "2012-03-04T05:06:07"));
	assert_false (transcript_text_match (names, "${timestamp}", "2012-13-04T05:06:07"));
	transcript_names_truncate (names, 1);
	assert_null (transcript_names_get (names, "a"));
	assert_non_null (transcript_names_get (names, "base"));
}

static void
test_fill (void **state)
{
	g_autoptr (transcript_names) names = transcript_names_new ("http://h:1");
	g_autoptr (transcript_names) others = transcript_names_new ("http://h:1");
	g_autofree char *once = transcript_fill (names, "/${a}/${b}");
	g_autofree char *again = transcript_fill (others, "/${a}/${b}");
	g_autofree char *anonymous = transcript_fill (names, "${*}");
	g_autofree char *another = transcript_fill (names, "${*}");
	g_autofree char *rest = transcript_fill (names, "${base} ${timestamp} $ ${");
	g_autofree char *bound = NULL;

	assert_string_equal (once, again);
	assert_int_equal (strlen (once), 2 + 2 * 36);
	assert_memory_not_equal (once + 1, once + 38, 36);
	assert_true (g_uuid_string_is_valid (anonymous));
	assert_true (g_uuid_string_is_valid (another));
	assert_string_not_equal (anonymous, another);
	assert_string_equal (rest, "http://h:1 2012-03-04T00:00:00 $ ${");
	transcript_names_set (names, "a", "x");
	bound = transcript_fill (names, "${a}");
	assert_string_equal (bound, "x");
}

static void
test_times (void **state)
{
	g_autoptr (transcript_names) names = transcript_names_new ("http://h:1");
	json_t *list = json_loads ("[{\"id\": \"${a}\", \"created_at\": \"${timestamp}\", \"updated_at\": "
	                           "\"${timestamp}\"}, {\"id\": \"${b}\", \"updated_at\": \"${timestamp}\"}]",
	                           0, NULL);
	json_t *filled = transcript_fill_json (names, list);
	json_t *again = transcript_fill_json (names, list);
	const char *created = json_string_value (json_object_get (json_array_get (filled, 0), "created_at"));
	const char *updated = json_string_value (json_object_get (json_array_get (filled, 0), "updated_at"));
	const char *other = json_string_value (json_object_get (json_array_get (filled, 1), "updated_at"));

	assert_true (json_equal (filled, again));
	assert_true (strcmp (TRANSCRIPT_TIME, created) < 0);
	assert_true (strcmp (created, updated) < 0);
	assert_true (strcmp (updated, other) < 0);
	assert_null (json_object_get (json_array_get (filled, 1), "created_at"));
	json_decref (list);
	json_decref (filled);
	json_decref (again);
}

static void
test_json (void **state)
{
	assert_true (texts_match ("{\"a\": 1, \"b\": [null, true]}", "{\"b\": [null, true], \"a\": 1}", "x"));
	assert_false (texts_match ("{\"a\": 1}", "{\"a\": \"1\"}", "x"));
	assert_false (texts_match ("{\"a\": 1}", "{\"a\": 1, \"b\": null}", "x"));
	assert_false (texts_match ("{\"a\": 1, \"b\": null}", "{\"a\": 1}", "x"));
	assert_false (texts_match ("{\"a\": \"${id}\"}", "{\"a\": null}", "x"));
	assert_false (texts_match ("{\"a\": [1, 2]}", "{\"a\": [2, 1]}", "x"));
	assert_false (texts_match ("{\"a\": [1]}", "{\"a\": [1, 2]}", "a"));
	assert_false (texts_match ("{\"a\": [1, 2]}", "{\"a\": [1]}", "a"));
	assert_true (texts_match ("{\"a\": [1, 2]}", "{\"a\": [2, 1]}", "a"));
	/* The first pairing that comes to mind is not always the right one. */
	assert_true (texts_match ("{\"a\": [[\"${x}\", 1], [\"${y}\", 1], [\"${x}\", 2]]}",
	                          "{\"a\": [[\"q\", 1], [\"p\", 2], [\"p\", 1]]}", "a"));
	assert_false (texts_match ("{\"a\": [[\"${x}\", 1], [\"${y}\", 1], [\"${x}\", 2]]}",
	                           "{\"a\": [[\"q\", 1], [\"r\", 2], [\"p\", 1]]}", "a"));
	assert_false (texts_match ("{\"a\": [\"${x}\", \"${x}\"]}", "{\"a\": [\"p\", \"q\"]}", "x"));
}

static void
test_links (void **state)
{
	assert_true (texts_match ("{\"href\": \"${base}/x?marker=${m}&limit=2\"}",
	                          "{\"href\": \"http://h:1/x?limit=2&marker=7\"}", "x"));
	assert_false (texts_match ("{\"href\": \"/x?a=1&b=2\"}", "{\"href\": \"/x?a=1\"}", "x"));
	assert_false (texts_match ("{\"href\": \"/x?a=1\"}", "{\"href\": \"/x?a=1&b=2\"}", "x"));
	assert_false (texts_match ("{\"href\": \"/x?a=1&b=2\"}", "{\"href\": \"/x?a=1&a=1\"}", "x"));
	assert_false (texts_match ("{\"href\": \"/x?a=1\"}", "{\"href\": \"/y?a=1\"}", "x"));
	assert_false (texts_match ("{\"link\": \"/x?a=1&b=2\"}", "{\"link\": \"/x?b=2&a=1\"}", "x"));
}

static void
test_words_of_the_service (void **state)
{
	const char *both = "{\"detail\": \"The following values are invalid: {'cidr': [u'cidr is invalid'], 'type': "
			   "[u'a', u'b']}\"}";

	assert_true (texts_match (both,
	                          "{\"detail\": \"The following values are invalid: {'type': [u'a', u'b'], 'cidr': "
	                          "[u'cidr is invalid']}\"}",
	                          "x"));
	assert_false (texts_match (both,
	                           "{\"detail\": \"The following values are invalid: {'type': [u'b', u'a'], 'cidr': "
	                           "[u'cidr is invalid']}\"}",
	                           "x"));
	assert_false (texts_match (
		both, "{\"detail\": \"The following values are invalid: {'cidr': [u'cidr is invalid']}\"}", "x"));
	assert_true (texts_match ("{\"detail\": \"Failed to save X because: UNIQUE constraint\"}",
	                          "{\"detail\": \"Failed to save X because: (1062) Duplicate entry\"}", "x"));
	assert_false (texts_match ("{\"detail\": \"Failed to save X because: UNIQUE constraint\"}",
	                           "{\"detail\": \"Failed to save Y because: UNIQUE constraint\"}", "x"));
}

static gboolean
xml_match (const char *expected, const char *actual, const char *unordered)
{
	g_autoptr (transcript_names) names = transcript_names_new ("http://h:1");
	g_autoptr (GString) diff = g_string_new (NULL);
	json_t *lists = json_pack ("[s]", unordered);
	gboolean equal = transcript_xml_match (names, expected, actual, lists, diff);

	assert_int_equal (equal, diff->len == 0);
	json_decref (lists);
	return equal;
}

static void
test_xml (void **state)
{
	g_autofree char *time = now ("<t>%Y-%m-%d %H:%M:%S.000001</t>");
	g_autofree char *json_time = now ("<t>%Y-%m-%dT%H:%M:%S</t>");

	assert_true (xml_match ("<a>\n <b>1</b>\n <c/>\n</a>\n", "<a><c></c><b>1</b></a>", "x"));
	assert_false (xml_match ("<a><b>1</b></a>", "<a><b> 1</b></a>", "x"));
	assert_false (xml_match ("<a><b>1</b></a>", "<a><b>1</b><c/></a>", "x"));
	assert_false (xml_match ("<a><b>1</b><c/></a>", "<a><b>1</b></a>", "x"));
	assert_false (xml_match ("<a><b>1</b><b>2</b></a>", "<a><b>2</b><b>1</b></a>", "x"));
	assert_true (xml_match ("<a><b>1</b><b>2</b></a>", "<a><b>2</b><b>1</b></a>", "a"));
	assert_false (xml_match ("<a><b>1</b><b>2</b></a>", "<a><b>2</b><b>2</b></a>", "a"));
	assert_true (xml_match ("<a x='1' y='2'/>", "<a y='2' x='1'/>", "x"));
	assert_false (xml_match ("<a x='1' y='2'/>", "<a x='1'/>", "x"));
	assert_false (xml_match ("<a x='1'/>", "<a x='1' y='2'/>", "x"));
	assert_true (xml_match ("<l href='${base}/x?a=1&amp;b=2'/>", "<l href='http://h:1/x?b=2&amp;a=1'/>", "x"));
	assert_true (xml_match ("<t>${timestamp}</t>", time, "x"));
	assert_false (xml_match ("<t>${timestamp}</t>", json_time, "x"));
	assert_false (xml_match ("<a/>", "<b/>", "x"));
	assert_false (xml_match ("<a/>", "<a>", "x"));
	assert_false (xml_match ("<a/>", "", "x"));
}

static gboolean
sane (guint status, const char *type, const char *body)
{
	g_autoptr (GString) diff = g_string_new (NULL);
	transcript_answer answer = {status, type, body};
	gboolean is_sane = transcript_answer_is_sane (&answer, diff);

	assert_int_equal (is_sane, diff->len == 0);
	return is_sane;
}

static void
test_sane (void **state)
{
	const char *fault = "{\"NotFound\": {\"code\": 404, \"message\": \"m\", \"detail\": \"d\"}}";

	assert_true (sane (404, "application/json; charset=UTF-8", fault));
	assert_false (sane (400, "application/json; charset=UTF-8", fault));
	assert_false (sane (404, "application/json; charset=UTF-8", "{}"));
	assert_false (sane (404, "application/json; charset=UTF-8", ""));
	assert_false (sane (500, "application/json; charset=UTF-8", fault));
	assert_true (sane (200, "application/json", "{}"));
	assert_true (sane (200, "application/json", ""));
	assert_false (sane (200, "application/json", "{"));
	assert_true (sane (404, "text/plain; charset=UTF-8", "404 Not Found"));
	assert_true (sane (200, "application/xml", "<a/>"));
	assert_false (sane (200, "application/xml", "<a>"));
}

/* A file of the test's own. */
static char *
file_with (const char *text)
{
	char *path;
	int fd = g_file_open_tmp ("transcript-XXXXXX", &path, NULL);

	assert_true (fd >= 0);
	g_close (fd, NULL);
	assert_true (g_file_set_contents (path, text, -1, NULL));
	return path;
}

static void
remove_file (char *path)
{
	g_unlink (path);
	g_free (path);
}

static void
test_deviations (void **state)
{
	char *path =
		file_with ("# comment\n\na | list | 404: is not there\n a | list#2 |other | words\nb | list | x\n");
	char *twice = file_with ("a | list | x\na | list | y\n");
	char *broken = file_with ("b | list\n");
	char *empty = file_with ("a | list | 404: \n");
	g_autoptr (GPtrArray) deviations = NULL;
	char *problem = NULL;
	transcript_deviation *found;

	deviations = transcript_deviations_load (path, "a", &problem);
	assert_non_null (deviations);
	assert_int_equal (deviations->len, 2);
	found = transcript_deviations_find (deviations, "list");
	assert_int_equal (found->status, 404);
	assert_string_equal (found->reason, "is not there");
	assert_true (found->used);
	assert_null (transcript_deviations_find (deviations, "list#3"));
	found = deviations->pdata[1];
	assert_int_equal (found->status, 0);
	assert_string_equal (found->reason, "other | words");
	assert_false (found->used);
	assert_null (transcript_deviations_load (twice, "a", &problem));
	assert_non_null (strstr (problem, "listed twice"));
	g_clear_pointer (&problem, g_free);
	assert_null (transcript_deviations_load (broken, "a", &problem));
	assert_non_null (strstr (problem, ":1: not of the form"));
	g_clear_pointer (&problem, g_free);
	assert_null (transcript_deviations_load (empty, "a", &problem));
	assert_non_null (strstr (problem, "has no reason"));
	g_clear_pointer (&problem, g_free);
	remove_file (path);
	remove_file (twice);
	remove_file (broken);
	remove_file (empty);
}

#define SCENARIO(exchange) "{\"scenario\": \"s\", \"server\": {}, \"exchanges\": [" exchange "]}"
#define REQUEST "\"request\": {\"method\": \"GET\", \"path\": \"/\", \"headers\": {}}"
#define RESPONSE "\"response\": {\"status\": 200, \"headers\": {}, \"body\": {}}"

static void
refuse (const char *text, const char *part)
{
	char *path = file_with (text);
	g_autofree char *problem = NULL;

	assert_null (transcript_load (path, &problem));
	if (strstr (problem, part) == NULL)
		fail_msg ("%s does not contain %s", problem, part);
	remove_file (path);
}

static void
test_load (void **state)
{
	char *path = file_with (SCENARIO ("{\"name\": \"n\", \"repeat\": 3, " REQUEST ", " RESPONSE "},"
	                                  "{\"name\": \"p\", \"admin\": \"purge_deallocated\", \"exit\": 0},"
	                                  "{\"name\": \"n\", " REQUEST ", " RESPONSE "}"));
	g_autofree char *problem = NULL;
	g_autoptr (transcript) scenario = transcript_load (path, &problem);
	const transcript_exchange *exchange;

	assert_non_null (scenario);
	assert_int_equal (scenario->exchanges->len, 3);
	exchange = scenario->exchanges->pdata[0];
	assert_int_equal (exchange->repeat, 3);
	assert_null (exchange->admin);
	exchange = scenario->exchanges->pdata[1];
	assert_string_equal (exchange->admin, "purge_deallocated");
	exchange = scenario->exchanges->pdata[2];
	assert_string_equal (exchange->label, "n#2");
	assert_int_equal (exchange->repeat, 1);
	remove_file (path);
	refuse ("{", "1");
	refuse ("{}", "has no name");
	refuse (SCENARIO ("{\"name\": \"n\", " REQUEST "}"), "has no status");
	refuse (SCENARIO ("{\"name\": \"n\", " RESPONSE "}"), "has no request");
	refuse (SCENARIO ("{\"name\": \"n\", \"unorderd\": [], " REQUEST ", " RESPONSE "}"), "unknown key: unorderd");
	refuse (SCENARIO ("{\"name\": \"n\", \"bug\": true, " REQUEST ", " RESPONSE "}"), "is a bug");
	refuse (SCENARIO ("{\"name\": \"n|m\", " REQUEST ", " RESPONSE "}"), "cannot hold");
}

/*
 * The recorded scenarios.
 */

/* The answer of an exchange as a service with these names would give it. */
static char *
answer_of (transcript_names *names, const transcript_exchange *exchange)
{
	g_autofree char *time = NULL;
	g_autofree char *text = NULL;

	if (exchange->answer != NULL) {
		json_t *filled = transcript_fill_json (names, exchange->answer);
		char *dumped = json_dumps (filled, JSON_ENCODE_ANY);

		text = g_strdup (dumped);
		free (dumped);
		json_decref (filled);
		time = now ("%Y-%m-%dT%H:%M:%S");
	} else {
		text = transcript_fill (names, exchange->answer_text);
		time = now ("%Y-%m-%d %H:%M:%S.000000");
	}
	return made_present (text, time);
}

static gboolean
matches (transcript_names *names, const transcript_exchange *exchange, guint status, const char *type, const char *body)
{
	transcript_answer answer = {status, type, body};
	g_autoptr (GString) diff = g_string_new (NULL);
	gboolean equal = transcript_match (names, exchange, &answer, diff);

	assert_int_equal (equal, diff->len == 0);
	return equal;
}

/* An answer with one letter or digit changed is another one. Times of day, and the order of attributes, aside: only
 * texts in which each letter counts. */
static void
spoil (transcript_names *names, const transcript_exchange *exchange, const char *body)
{
	gsize size = strlen (body);

	for (gsize i = 0; i < size; i += 1 + size / 40) {
		g_autofree char *spoilt = g_strdup (body);
		guint count = transcript_names_count (names);

		if (!g_ascii_isalnum (spoilt[i]))
			continue;
		spoilt[i] = spoilt[i] == 'z' ? 'y' : 'z';
		if (matches (names, exchange, exchange->status, exchange->content_type, spoilt))
			fail_msg ("%s: matches although byte %zu is changed: %s", exchange->label, i, spoilt);
		assert_int_equal (transcript_names_count (names), count);
	}
}

static void
check_exchange (transcript_names *names, const transcript_exchange *exchange)
{
	g_autofree char *body = answer_of (names, exchange);
	guint count = transcript_names_count (names);
	gboolean exact = exchange->answer != NULL ? !exchange->summary_only : exchange->answer_text[0] != '\0';

	assert_false (matches (names, exchange, exchange->status + 1, exchange->content_type, body));
	assert_false (matches (names, exchange, exchange->status, "image/png", body));
	assert_int_equal (transcript_names_count (names), count);
	if (!matches (names, exchange, exchange->status, exchange->content_type, body))
		fail_msg ("%s: does not match itself: %s", exchange->label, body);
	/* By now all of its names are bound, so that every letter counts, except those of ${*}, of a traceback and of
	 * the database. */
	if (exact && strstr (body, "Traceback") == NULL && strstr (body, "because: ") == NULL &&
	    exchange->status != 201)
		spoil (names, exchange, body);
}

static void
test_recorded (void **state)
{
	g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
	const char *file;
	guint count = 0;

	assert_non_null (files);
	while ((file = g_dir_read_name (files)) != NULL) {
		g_autofree char *path = g_build_filename (folder, file, NULL);
		g_autoptr (transcript_names) names = transcript_names_new ("http://127.0.0.1:9898");
		g_autofree char *problem = NULL;
		g_autoptr (transcript) scenario = NULL;

		if (!g_str_has_suffix (file, ".json"))
			continue;
		scenario = transcript_load (path, &problem);
		if (scenario == NULL)
			fail_msg ("%s", problem);
		for (guint i = 0; i < scenario->exchanges->len; i++) {
			const transcript_exchange *exchange = scenario->exchanges->pdata[i];

			if (exchange->admin == NULL)
				check_exchange (names, exchange);
		}
		/* None is forgotten. */
		if (!g_strv_contains (listed, scenario->name))
			fail_msg ("%s is not among the scenarios of meson.build", scenario->name);
		count++;
	}
	assert_int_equal (count, g_strv_length ((char **)(guintptr)listed));
}

int
main (int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_placeholders), cmocka_unit_test (test_fill),
		cmocka_unit_test (test_times),        cmocka_unit_test (test_json),
		cmocka_unit_test (test_links),        cmocka_unit_test (test_words_of_the_service),
		cmocka_unit_test (test_xml),          cmocka_unit_test (test_sane),
		cmocka_unit_test (test_deviations),   cmocka_unit_test (test_load),
		cmocka_unit_test (test_recorded),
	};

	if (argc < 2) {
		g_printerr ("usage: %s FOLDER SCENARIO...\n", argv[0]);
		return 2;
	}
	folder = argv[1];
	listed = (const char *const *)argv + 2;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
