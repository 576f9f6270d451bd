/*
 * The Melange driver against recorded exchanges of the historical service: each request that the ABI can make is made
 * through it, must arrive as it was recorded, and the recorded answer must come out as the ABI says.
 *
 *   replay SCENARIO.json DEVIATIONS COVERAGE
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"
#include "replayer.h"

#include <string.h>

typedef struct {
	const transcript *scenario;
	transcript_names *names;
	GPtrArray *deviations;
	replayer *service;
	ip_driver *driver;
	/* The next_marker that the ABI gave for a marker of the service. */
	GHashTable *markers;
	/* Made and right; right, but by other requests; made, and as the list of deviations says; refused by the
	 * library, as by the service; not made. */
	guint carried;
	guint composed;
	guint deviated;
	guint refused;
	guint skipped;
	guint failed;
} replay;

static void
complain (replay *self, const transcript_exchange *exchange, const char *text)
{
	g_print ("not ok: %s | %s\n%s", self->scenario->name, exchange->label, text);
	self->failed++;
}

/* What was left out is told as well. */
static void
leave_out (const transcript_exchange *exchange, const char *how, guint *count)
{
	g_print ("%s: %s\n", exchange->label, how);
	(*count)++;
}

/*
 * The status that base.h and the headers of the operations give for what was recorded.
 */
static ip_driver_status
status_of (const transcript_exchange *exchange)
{
	static const struct {
		guint http;
		const char *detail;
		ip_driver_status status;
	} table[] = {
		{400, "already exists", IP_DRIVER_DUPLICATE},
		{400, "UNIQUE constraint failed", IP_DRIVER_DUPLICATE},
		{400, "Gateway is not a valid address", IP_DRIVER_INVALID},
		{400, "Policy with id", IP_DRIVER_NOT_FOUND},
		{400, "overlaps with", IP_DRIVER_NOT_ALLOWED},
		{400, "type should be same within a network", IP_DRIVER_NOT_ALLOWED},
		{400, "should be same as that of parent", IP_DRIVER_NOT_ALLOWED},
		{400, "parent is not subnettable", IP_DRIVER_NOT_ALLOWED},
		{400, "should be within parent block", IP_DRIVER_NOT_IN_BLOCK},
		{400, "", IP_DRIVER_INVALID},
		{403, "", IP_DRIVER_DENIED},
		{404, "", IP_DRIVER_NOT_FOUND},
		{409, "Cannot allocate address for block", IP_DRIVER_CONFLICT},
		{409, "", IP_DRIVER_DUPLICATE},
		{422, "is full", IP_DRIVER_EXHAUSTED},
		{422, "are full", IP_DRIVER_EXHAUSTED},
		{422, "No more mac", IP_DRIVER_EXHAUSTED},
		{422, "is locked", IP_DRIVER_LOCKED},
		{422, "does not belong", IP_DRIVER_NOT_IN_BLOCK},
		{422, "policy", IP_DRIVER_DENIED_BY_POLICY},
		{422, "", IP_DRIVER_NOT_ALLOWED},
	};
	void *iterator = json_object_iter (exchange->answer);
	json_t *fault = iterator != NULL ? json_object_iter_value (iterator) : NULL;
	const char *detail = json_string_value (json_object_get (fault, "detail"));

	if (exchange->status < 300)
		return IP_DRIVER_OK;
	for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
		if (table[i].http == exchange->status && strstr (detail != NULL ? detail : "", table[i].detail) != NULL)
			return table[i].status;
	}
	return IP_DRIVER_UNAVAILABLE;
}

/*
 * From a recorded request to a call.
 */

static const char *
why_not (const transcript_exchange *exchange, const char *path)
{
	const char *accept = json_string_value (json_object_get (exchange->headers, "Accept"));
	const char *type = json_string_value (json_object_get (exchange->headers, "Content-Type"));
	gboolean changes = g_str_equal (exchange->method, "POST") || g_str_equal (exchange->method, "PUT");

	if (accept != NULL && !g_str_equal (accept, "application/json"))
		return "asks for another form than JSON";
	if (g_str_has_suffix (path, ".xml") || g_str_has_suffix (path, ".yaml"))
		return "asks for another form than JSON";
	if (!changes && (exchange->body != NULL || exchange->body_text != NULL))
		return "a body where none belongs";
	if (exchange->body_text != NULL && (type == NULL || !g_str_has_prefix (type, "application/json")))
		return "a body of another type than JSON";
	if (strstr (exchange->path, "_method=") != NULL)
		return "a method in the query";
	return NULL;
}

/* What stands below the one key of a body; an empty object if there is no body. NULL: it is malformed. */
static json_t *
model_of (transcript_names *names, const transcript_exchange *exchange)
{
	json_t *body = exchange->body_text != NULL ? json_loads (exchange->body_text, JSON_DECODE_ANY, NULL)
	                                           : json_incref (exchange->body);
	json_t *model = NULL, *filled;
	void *iterator;

	if (body == NULL)
		return exchange->body_text != NULL ? NULL : json_object ();
	iterator = json_object_iter (body);
	if (json_is_object (body) && iterator == NULL)
		model = json_object ();
	else if (json_object_size (body) == 1)
		model = json_incref (json_object_iter_value (iterator));
	json_decref (body);
	if (!json_is_object (model) && !json_is_array (model)) {
		json_decref (model);
		return NULL;
	}
	filled = transcript_fill_json (names, model);
	json_decref (model);
	return filled;
}

static GHashTable *
new_table (void)
{
	return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* "type=private&limit=1", decoded. */
static GHashTable *
parse_query (const char *query)
{
	GHashTable *table = new_table ();
	g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		g_auto (GStrv) sides = g_strsplit (parts[i], "=", 2);

		if (parts[i][0] != '\0')
			g_hash_table_insert (table, g_uri_unescape_string (sides[0], NULL),
			                     g_uri_unescape_string (sides[1] != NULL ? sides[1] : "", NULL));
	}
	return table;
}

static void
call_clear (call *self)
{
	g_hash_table_unref (self->path);
	g_hash_table_unref (self->query);
	g_hash_table_unref (self->read);
	json_decref (self->model);
	json_decref (self->result);
	json_decref (self->expected);
	g_free (self->next_marker);
}

/* Makes the call that stands for a request; self->skipped says if it was none. */
static void
make_call (replay *self, const transcript_exchange *exchange, call *made)
{
	g_autofree char *target = transcript_fill (self->names, exchange->path);
	g_auto (GStrv) halves = g_strsplit (target, "?", 2);
	const char *path = halves[0];
	call_function function = NULL;

	made->driver = self->driver;
	made->scenario = self->scenario;
	made->names = self->names;
	made->markers = self->markers;
	made->path = new_table ();
	made->query = parse_query (halves[1]);
	made->read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	made->error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
	made->model = model_of (self->names, exchange);
	made->answer = replayer_answer (self->service);
	made->skipped = why_not (exchange, path);
	/* Only NAT pairs have a list below the key. */
	if (made->skipped == NULL &&
	    (made->model == NULL || (json_is_array (made->model) && strstr (path, "/inside_") == NULL)))
		made->skipped = "a malformed body";
	/* This route alone has no suffix. */
	if (g_str_has_suffix (path, ".json") && strstr (path, "/allowed_ips/") == NULL)
		halves[0][strlen (path) - strlen (".json")] = '\0';
	if (g_str_has_prefix (path, "/v0.1/"))
		function = call_find (exchange->method, path + strlen ("/v0.1"), made->path);
	if (made->skipped == NULL && function == NULL)
		made->skipped = "nothing that the ABI has";
	if (made->skipped == NULL)
		function (made);
}

/*
 * Judging.
 */

static int
compare_dumps (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The elements of a list, a line each; sorted if their order means nothing. */
static char *
lines_of (json_t *value, gboolean any_order)
{
	g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
	json_t *item;
	size_t i;

	if (!json_is_array (value)) {
		char *dumped = value != NULL ? json_dumps (value, JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;
		char *line = g_strdup (dumped != NULL ? dumped : "nothing");

		free (dumped);
		return line;
	}
	json_array_foreach (value, i, item)
	{
		g_ptr_array_add (lines, lines_of (item, FALSE));
	}
	if (any_order)
		g_ptr_array_sort (lines, compare_dumps);
	g_ptr_array_add (lines, NULL);
	return g_strjoinv ("\n      ", (char **)lines->pdata);
}

/* Whether a recorded list has a next page; its marker, to be freed. */
static char *
recorded_marker (json_t *answer)
{
	const char *key;
	json_t *value;

	json_object_foreach (answer, key, value)
	{
		const char *link = json_string_value (json_object_get (json_array_get (value, 0), "href"));
		const char *query = link != NULL ? strchr (link, '?') : NULL;
		g_autoptr (GHashTable) parameters = query != NULL ? parse_query (query + 1) : NULL;

		if (g_str_has_suffix (key, "_links") && parameters != NULL)
			return g_strdup (g_hash_table_lookup (parameters, "marker"));
	}
	return NULL;
}

static void
compare_results (replay *self, const transcript_exchange *exchange, const call *made, GString *diff)
{
	gboolean any_order = made->any_order || exchange->unordered != NULL;
	g_autofree char *result = lines_of (made->result, any_order);
	g_autofree char *expected = lines_of (made->expected, any_order);
	g_autofree char *marker = recorded_marker (made->answer);

	if (!g_str_equal (result, expected))
		g_string_append_printf (diff, "  recorded\n      %s\n  got\n      %s\n", expected, result);
	if ((marker == NULL) != (made->next_marker == NULL))
		g_string_append_printf (diff, "  next page: recorded %s, got %s\n", marker != NULL ? marker : "none",
		                        made->next_marker != NULL ? made->next_marker : "none");
	else if (marker != NULL)
		g_hash_table_insert (self->markers, g_strdup (marker), g_strdup (made->next_marker));
}

/* A page is cut by the driver, which reads as it likes. */
static gboolean
is_page (const transcript_exchange *exchange)
{
	return g_str_equal (exchange->method, "GET") &&
	       (strstr (exchange->path, "limit=") != NULL || strstr (exchange->path, "marker=") != NULL);
}

static void
judge (replay *self, const transcript_exchange *exchange, const call *made, const replayer_report *report)
{
	transcript_deviation *deviation;
	g_autoptr (GString) diff = g_string_new (report->problems->str);
	ip_driver_status status = status_of (exchange);

	if (made->skipped == NULL && report->served + report->read + report->undone == 0 && diff->len == 0 &&
	    made->status == IP_DRIVER_INVALID) {
		/* The library has not even asked the driver, or the driver the service. */
		if (exchange->status >= 400)
			leave_out (exchange, "refused before it is asked for", &self->refused);
		else
			leave_out (exchange, "skipped: accepted by the service, but nothing that the ABI allows",
			           &self->skipped);
		return;
	}
	if (made->skipped != NULL) {
		g_autofree char *how = g_strdup_printf ("skipped: %s", made->skipped);

		leave_out (exchange, how, &self->skipped);
		if (report->served + report->read + report->undone > 0 || diff->len > 0)
			complain (self, exchange, "  requests came although no call was made\n");
		return;
	}
	deviation = transcript_deviations_find (self->deviations, exchange->label);
	if (report->served > 1 && !is_page (exchange))
		g_string_append_printf (diff, "  the request came %u times\n", report->served);
	if (made->status != status)
		g_string_append_printf (diff, "  status: recorded %u, so %s, got %s (%s)\n", exchange->status,
		                        ip_driver_status_name (status), ip_driver_status_name (made->status),
		                        made->error.message);
	else if (status == IP_DRIVER_OK)
		compare_results (self, exchange, made, diff);
	if (diff->len == 0 && deviation == NULL) {
		if (report->served > 0)
			self->carried++;
		else
			leave_out (exchange, "right, but by other requests", &self->composed);
	} else if (diff->len == 0) {
		g_string_append_printf (diff, "  as recorded, but listed as a deviation: %s\n", deviation->reason);
		complain (self, exchange, diff->str);
	} else if (deviation == NULL) {
		complain (self, exchange, diff->str);
	} else {
		self->deviated++;
	}
}

/* Placeholders that are no ids. */
static void
name_values (transcript_names *names)
{
	for (guint i = 1; i <= 5; i++) {
		g_autofree char *cidr_name = g_strdup_printf ("cidr%u", i);
		g_autofree char *cidr = g_strdup_printf ("10.%u.0.0/24", i);
		g_autofree char *broadcast_name = g_strdup_printf ("bcast%u", i);
		g_autofree char *broadcast = g_strdup_printf ("10.%u.0.255", i);

		transcript_names_set (names, cidr_name, cidr);
		transcript_names_set (names, broadcast_name, broadcast);
	}
}

/* Texts of an id that does not exist where the ABI wants a UUID become placeholders, which are filled in with one. */
static void
replace_unknown_ids (json_t *value)
{
	static const char *const keys[] = {"ip_block_id", "policy_id"};
	json_t *item;
	const char *key;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS (keys); i++) {
		const char *text = json_string_value (json_object_get (value, keys[i]));

		if (g_strcmp0 (text, "nope") == 0 || g_strcmp0 (text, "no-such-policy") == 0)
			json_object_set_new (value, keys[i], json_sprintf ("${%s}", text));
	}
	json_object_foreach (value, key, item)
	{
		replace_unknown_ids (item);
	}
	json_array_foreach (value, i, item)
	{
		replace_unknown_ids (item);
	}
}

static void
replace_all_unknown_ids (transcript *scenario)
{
	g_autoptr (GRegex) regex = g_regex_new ("/(ip_blocks|ip_routes|policies|unusable_ip_ranges|unusable_ip_octets|"
	                                        "mac_address_ranges)/(nope|no-such-id)(?![^/])",
	                                        0, 0, NULL);

	for (guint i = 0; i < scenario->exchanges->len; i++) {
		transcript_exchange *exchange = scenario->exchanges->pdata[i];
		g_autofree char *path = NULL;

		if (exchange->admin != NULL)
			continue;
		path = g_regex_replace (regex, exchange->path, -1, 0, "/\\1/${\\2}", 0, NULL);
		exchange->path = g_intern_string (path);
		replace_unknown_ids (exchange->body);
	}
}

/* The driver of an exchange: what the headers say of the caller is configuration. */
static ip_driver *
open_driver (replay *self, const transcript_exchange *exchange)
{
	const char *tenant = json_string_value (json_object_get (exchange->headers, "X-Tenant"));
	const char *role = json_string_value (json_object_get (exchange->headers, "X-Role"));
	ip_driver_setting settings[8] = {
		{"ip_driver", "backend", "melange"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"melange", "url", replayer_url (self->service)},
		{"melange", "extension", "off"},
		{"melange", "retries", "0"},
		{"melange", "timeout", "30"},
	};
	size_t count = 6;
	ip_driver *driver = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (tenant != NULL)
		settings[count++] = (ip_driver_setting){"melange", "tenant", tenant};
	if (role != NULL)
		settings[count++] = (ip_driver_setting){"melange", "role", role};
	if (ip_driver_open_settings (settings, count, &driver, &error) != IP_DRIVER_OK)
		g_error ("cannot open the driver: %s", error.message);
	return driver;
}

static void
run_exchange (replay *self, guint i)
{
	const transcript_exchange *exchange = self->scenario->exchanges->pdata[i];
	call made = {0};

	if (exchange->admin != NULL) {
		leave_out (exchange, "skipped: no exchange", &self->skipped);
		return;
	}
	/* Made before the exchange begins, so that opening and closing is not taken for a part of it. */
	self->driver = open_driver (self, exchange);
	replayer_begin (self->service, i);
	make_call (self, exchange, &made);
	/* What the driver still has to do belongs to the exchange. */
	ip_driver_close (self->driver);
	judge (self, exchange, &made, replayer_end (self->service));
	call_clear (&made);
}

/* Holds the counts against those of the file of coverage, so that no exchange is silently left out. */
static void
check_coverage (replay *self, const char *path)
{
	g_autofree char *text = NULL;
	g_autofree char *line = g_strdup_printf ("%s %u %u %u %u %u", self->scenario->name, self->carried,
	                                         self->composed, self->deviated, self->refused, self->skipped);
	g_auto (GStrv) lines = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		g_error ("cannot read %s", path);
	lines = g_strsplit (text, "\n", -1);
	if (!g_strv_contains ((const char *const *)lines, line)) {
		g_print ("not ok: the file of coverage has not this line:\n%s\n", line);
		self->failed++;
	}
}

static void
check_deviations (replay *self)
{
	for (guint i = 0; i < self->deviations->len; i++) {
		const transcript_deviation *deviation = self->deviations->pdata[i];

		if (deviation->used)
			continue;
		g_print ("not ok: %s | %s\n  is listed as a deviation, but no call is made for it\n",
		         self->scenario->name, deviation->label);
		self->failed++;
	}
}

static int
fail (char *problem)
{
	g_printerr ("%s\n", problem);
	g_free (problem);
	return 1;
}

int
main (int argc, char **argv)
{
	g_autoptr (transcript) scenario = NULL;
	g_autoptr (GPtrArray) deviations = NULL;
	g_autoptr (transcript_names) names = NULL;
	g_autoptr (replayer) service = NULL;
	g_autoptr (GHashTable) markers = new_table ();
	replay self = {0};
	char *problem = NULL;

	if (argc != 4) {
		g_printerr ("usage: %s SCENARIO.json DEVIATIONS COVERAGE\n", argv[0]);
		return 2;
	}
	scenario = transcript_load (argv[1], &problem);
	if (scenario == NULL)
		return fail (problem);
	deviations = transcript_deviations_load (argv[2], scenario->name, &problem);
	if (deviations == NULL)
		return fail (problem);
	names = transcript_names_new ("http://melange.example:9898");
	replace_all_unknown_ids (scenario);
	name_values (names);
	service = replayer_new (scenario, names);
	self = (replay){
		.scenario = scenario, .names = names, .deviations = deviations, .service = service, .markers = markers};
	for (guint i = 0; i < scenario->exchanges->len; i++)
		run_exchange (&self, i);
	check_deviations (&self);
	check_coverage (&self, argv[3]);
	g_print ("%s: %u as recorded, %u by other requests, %u deviate as listed, %u refused before, %u "
	         "skipped, "
	         "%u failed\n",
	         scenario->name, self.carried, self.composed, self.deviated, self.refused, self.skipped, self.failed);
	return self.failed == 0 ? 0 : 1;
}
