/*
 * See replayer.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replayer.h"

#include "form.h"
#include "known.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <string.h>

/* A recorded exchange with its placeholders filled in. */
typedef struct {
	const transcript_exchange *recorded;
	/* NULL: no HTTP, or nothing that the driver could send. */
	char *target;
	json_t *body;
	/* One of them is not NULL. */
	json_t *answer;
	char *answer_text;
} filled_exchange;

struct replayer {
	struct MHD_Daemon *daemon;
	char *url;
	/* Of filled_exchange *. */
	GPtrArray *exchanges;
	/* What follows is used by the server's thread too. */
	GMutex mutex;
	guint at;
	json_t *answer;
	/* From the exchanges before. */
	known *known;
	/* Paths of what may be deleted: texts. */
	GHashTable *named;
	replayer_report report;
};

/* A request while it comes in. */
typedef struct {
	char *target;
	GString *body;
	gboolean begun;
} request;

static void
filled_exchange_free (gpointer data)
{
	filled_exchange *self = data;

	g_free (self->target);
	json_decref (self->body);
	json_decref (self->answer);
	g_free (self->answer_text);
	g_free (self);
}

/* The body of a recorded request as JSON; NULL: none. */
static json_t *
recorded_body (transcript_names *names, const transcript_exchange *exchange)
{
	json_t *parsed, *filled;

	if (exchange->body_text == NULL)
		return exchange->body != NULL ? transcript_fill_json (names, exchange->body) : NULL;
	parsed = json_loads (exchange->body_text, 0, NULL);
	filled = parsed != NULL ? transcript_fill_json (names, parsed) : NULL;
	json_decref (parsed);
	return filled;
}

static filled_exchange *
fill_exchange (transcript_names *names, const transcript_exchange *exchange)
{
	filled_exchange *self = g_new0 (filled_exchange, 1);

	self->recorded = exchange;
	if (exchange->admin != NULL)
		return self;
	self->target = transcript_fill (names, exchange->path);
	self->body = recorded_body (names, exchange);
	if (exchange->answer != NULL)
		self->answer = transcript_fill_json (names, exchange->answer);
	else
		self->answer_text = transcript_fill (names, exchange->answer_text);
	return self;
}

static gboolean
is_same (const filled_exchange *exchange, const char *method, const char *target, json_t *body)
{
	g_autofree char *recorded_target = NULL;
	g_autofree char *form = NULL;
	g_autofree char *recorded_pair = NULL;
	g_autofree char *pair = NULL;
	json_t *recorded_form, *body_form;
	gboolean equal;

	if (exchange->target == NULL || !g_str_equal (exchange->recorded->method, method))
		return FALSE;
	recorded_pair = form_pair (method, exchange->target, exchange->body);
	pair = form_pair (method, target, body);
	if (recorded_pair != NULL && pair != NULL)
		return g_str_equal (recorded_pair, pair);
	recorded_target = form_target (exchange->target);
	form = form_target (target);
	if (!g_str_equal (recorded_target, form))
		return FALSE;
	recorded_form = form_body (method, target, exchange->body);
	body_form = form_body (method, target, body);
	equal = recorded_form == NULL ? body_form == NULL : json_equal (recorded_form, body_form);
	json_decref (recorded_form);
	json_decref (body_form);
	return equal;
}

/* The exchange that has the answer to something that is read besides the one at hand: what was recorded last before it,
 * or else first after it. */
static const filled_exchange *
nearest (replayer *self, const char *target)
{
	const GPtrArray *exchanges = self->exchanges;

	for (guint i = self->at + 1; i-- > 0;) {
		if (is_same (exchanges->pdata[i], "GET", target, NULL))
			return exchanges->pdata[i];
	}
	for (guint i = self->at + 1; i < exchanges->len; i++) {
		if (is_same (exchanges->pdata[i], "GET", target, NULL))
			return exchanges->pdata[i];
	}
	return NULL;
}

/* When the request at hand comes again: the exchange that has it next, or itself if there is none. */
static const filled_exchange *
repetition (replayer *self)
{
	const GPtrArray *exchanges = self->exchanges;
	const filled_exchange *current = exchanges->pdata[self->at];
	guint left = self->report.served;

	for (guint i = self->at + 1; i < exchanges->len && left > 0; i++) {
		const filled_exchange *exchange = exchanges->pdata[i];

		if (exchange->target != NULL &&
		    is_same (exchange, current->recorded->method, current->target, current->body) && --left == 0)
			return exchange;
	}
	return current;
}

/* Puts an id in the place of another one everywhere in a value. */
static void
rename_id (json_t *value, const char *old, const char *id)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string (value) && g_str_equal (json_string_value (value), old))
		json_string_set (value, id);
	json_object_foreach (value, key, item)
	{
		rename_id (item, old, id);
	}
	json_array_foreach (value, i, item)
	{
		rename_id (item, old, id);
	}
}

/* The recorded id of the interface whose id the client has chosen: number `i` of the request. */
static const char *
recorded_interface (json_t *answer, guint i)
{
	json_t *instance = json_object_get (answer, "instance");
	json_t *interfaces = json_object_get (instance, "interfaces");
	json_t *id = json_object_get (json_object_get (answer, "ip_address"), "interface_id");

	if (id == NULL)
		id = json_object_get (json_object_get (answer, "interface"), "id");
	if (id == NULL)
		id = json_object_get (json_array_get (interfaces, i), "id");
	return json_string_value (id);
}

/* Whether a request is that of the exchange at hand, but for ids that the client may choose; if so they stand in its
 * answer. */
static gboolean
is_at_hand (replayer *self, const char *method, const char *target, json_t *body)
{
	const filled_exchange *exchange = self->exchanges->pdata[self->at];
	g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
	json_t *rest = json_deep_copy (body);
	gboolean same;

	form_take_chosen_ids (exchange->body, rest, ids);
	same = is_same (exchange, method, target, rest);
	json_decref (rest);
	for (guint i = 0; same && i < ids->len; i++) {
		const char *old = recorded_interface (self->answer, i);

		if (ids->pdata[i] != NULL && old != NULL) {
			g_autofree char *copy = g_strdup (old);

			rename_id (self->answer, copy, ids->pdata[i]);
		}
	}
	return same;
}

static void name_path (replayer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
name_path (replayer *self, const char *format, ...)
{
	va_list arguments;
	g_autofree char *path = NULL;

	va_start (arguments, format);
	path = g_strdup_vprintf (format, arguments);
	va_end (arguments);
	g_hash_table_add (self->named, form_target (path));
}

/* Notes what a request, and the answer to it, let the client delete again: interfaces that it has named, which the
 * service makes even if the request fails, and addresses that it was given. */
static void
note_named (replayer *self, const char *target, json_t *body)
{
	g_auto (GStrv) parts = g_strsplit_set (target, "/?", -1);
	json_t *interfaces = json_object_get (json_object_get (body, "instance"), "interfaces");
	json_t *given = json_object_get (self->answer, "ip_addresses");
	const char *id = json_string_value (json_object_get (json_object_get (body, "ip_address"), "interface_id"));
	json_t *item;
	size_t i;

	if (id == NULL)
		id = json_string_value (json_object_get (json_object_get (body, "interface"), "id"));
	if (id != NULL)
		name_path (self, "/v0.1/ipam/interfaces/%s", id);
	if (g_strv_length (parts) > 8 && g_str_equal (parts[7], "interfaces"))
		name_path (self, "/v0.1/ipam/interfaces/%s", parts[8]);
	json_array_foreach (interfaces, i, item)
	{
		id = json_string_value (json_object_get (item, "virtual_interface_id"));
		if (id != NULL)
			name_path (self, "/v0.1/ipam/interfaces/%s", id);
	}
	json_array_foreach (given, i, item)
		name_path (self, "/v0.1/ipam/tenants/%s/ip_blocks/%s/ip_addresses/%s", parts[4],
	                   json_string_value (json_object_get (json_object_get (item, "ip_block"), "id")),
	                   json_string_value (json_object_get (item, "address")));
}

/* Whether something may be deleted because the client has named it. */
static gboolean
may_delete (replayer *self, const char *method, const char *target)
{
	g_autofree char *form = form_target (target);

	return g_str_equal (method, "DELETE") && g_hash_table_contains (self->named, form);
}

static enum MHD_Result
respond (struct MHD_Connection *connection, guint status, const char *type, const char *body)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer (strlen (body), (void *)(guintptr)body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (type != NULL)
		MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	result = MHD_queue_response (connection, status, response);
	MHD_destroy_response (response);
	return result;
}

static enum MHD_Result
respond_json (struct MHD_Connection *connection, guint status, const char *type, json_t *body)
{
	char *dumped = json_dumps (body, JSON_ENCODE_ANY);
	enum MHD_Result result = respond (connection, status, type, dumped);

	free (dumped);
	return result;
}

static enum MHD_Result
respond_recorded (struct MHD_Connection *connection, const filled_exchange *exchange, json_t *answer)
{
	const transcript_exchange *recorded = exchange->recorded;

	if (answer != NULL)
		return respond_json (connection, recorded->status, recorded->content_type, answer);
	return respond (connection, recorded->status, recorded->content_type, exchange->answer_text);
}

static void
check_header (replayer *self, struct MHD_Connection *connection, const char *name, const char *wanted)
{
	const char *value = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, name);

	if (g_strcmp0 (value, wanted) != 0)
		g_string_append_printf (self->report.problems, "  header %s: recorded %s, got %s\n", name,
		                        wanted != NULL ? wanted : "none", value != NULL ? value : "none");
}

/* What every request of the driver must have, and what the exchange at hand has. */
static void
check_headers (replayer *self, struct MHD_Connection *connection, const request *came)
{
	const filled_exchange *exchange = self->exchanges->pdata[self->at];
	json_t *headers = exchange->recorded->headers;

	check_header (self, connection, "Accept", "application/json");
	if (came->body->len > 0)
		check_header (self, connection, "Content-Type", "application/json");
	check_header (self, connection, "X-Tenant", json_string_value (json_object_get (headers, "X-Tenant")));
	check_header (self, connection, "X-Role", json_string_value (json_object_get (headers, "X-Role")));
	/* What only our own service understands. */
	check_header (self, connection, "Idempotency-Key", NULL);
	check_header (self, connection, "X-Ip-Driver-Transaction", NULL);
	check_header (self, connection, "X-Ip-Driver-Served-By", NULL);
}

/* Answers something that is read besides the exchange at hand. FALSE: nobody knows it. */
static gboolean
answer_read (replayer *self, struct MHD_Connection *connection, const char *target, enum MHD_Result *ret_result)
{
	guint status;
	json_t *answer = known_answer (self->known, target, &status);
	const filled_exchange *exchange;

	if (answer != NULL) {
		*ret_result =
			respond_json (connection, status,
		                      status < 300 ? "application/json" : "application/json; charset=UTF-8", answer);
		json_decref (answer);
		return TRUE;
	}
	exchange = nearest (self, target);
	if (exchange != NULL)
		*ret_result = respond_recorded (connection, exchange, exchange->answer);
	return exchange != NULL;
}

static enum MHD_Result
answer_request (replayer *self, struct MHD_Connection *connection, const char *method, const request *came)
{
	json_t *body = came->body->len > 0 ? json_loads (came->body->str, 0, NULL) : NULL;
	enum MHD_Result result;

	g_mutex_lock (&self->mutex);
	check_headers (self, connection, came);
	if (came->body->len > 0 && body == NULL)
		g_string_append_printf (self->report.problems, "  a body that is no JSON: %s\n", came->body->str);
	if (is_at_hand (self, method, came->target, body)) {
		const filled_exchange *exchange = repetition (self);

		note_named (self, came->target, body);
		result = respond_recorded (connection, exchange,
		                           self->report.served == 0 ? self->answer : exchange->answer);
		self->report.served++;
	} else if (g_str_equal (method, "GET") && body == NULL &&
	           answer_read (self, connection, came->target, &result)) {
		self->report.read++;
	} else if (may_delete (self, method, came->target)) {
		self->report.undone++;
		result = respond (connection, MHD_HTTP_OK, "application/json", "");
	} else {
		g_string_append_printf (self->report.problems, "  not recorded: %s %s %s\n", method, came->target,
		                        came->body->str);
		result = respond (connection, MHD_HTTP_NOT_IMPLEMENTED, "text/plain", "not recorded");
	}
	g_mutex_unlock (&self->mutex);
	json_decref (body);
	return result;
}

/* The request line as it was sent, before anything is decoded. */
static void *
on_target (void *data, const char *target, struct MHD_Connection *connection)
{
	request *came = g_new0 (request, 1);

	came->target = g_strdup (target);
	came->body = g_string_new (NULL);
	return came;
}

static enum MHD_Result
on_request (void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
            const char *upload, size_t *upload_size, void **state)
{
	request *came = *state;

	if (!came->begun) {
		came->begun = TRUE;
		return MHD_YES;
	}
	if (*upload_size > 0) {
		g_string_append_len (came->body, upload, (gssize)*upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return answer_request (data, connection, method, came);
}

static void
on_completed (void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode how)
{
	request *came = *state;

	if (came == NULL)
		return;
	g_free (came->target);
	g_string_free (came->body, TRUE);
	g_free (came);
	*state = NULL;
}

replayer *
replayer_new (const transcript *scenario, transcript_names *names)
{
	replayer *self = g_new0 (replayer, 1);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};

	g_mutex_init (&self->mutex);
	self->known = known_new ();
	self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	self->report.problems = g_string_new (NULL);
	self->exchanges = g_ptr_array_new_with_free_func (filled_exchange_free);
	for (guint i = 0; i < scenario->exchanges->len; i++)
		g_ptr_array_add (self->exchanges, fill_exchange (names, scenario->exchanges->pdata[i]));
	self->daemon = MHD_start_daemon (MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request,
	                                 self, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, on_target,
	                                 NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
	if (self->daemon == NULL)
		g_error ("cannot start the HTTP server");
	self->url = g_strdup_printf ("http://127.0.0.1:%u",
	                             MHD_get_daemon_info (self->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	return self;
}

void
replayer_free (replayer *self)
{
	if (self == NULL)
		return;
	MHD_stop_daemon (self->daemon);
	g_ptr_array_unref (self->exchanges);
	g_string_free (self->report.problems, TRUE);
	json_decref (self->answer);
	known_free (self->known);
	g_hash_table_unref (self->named);
	g_mutex_clear (&self->mutex);
	g_free (self->url);
	g_free (self);
}

const char *
replayer_url (const replayer *self)
{
	return self->url;
}

void
replayer_begin (replayer *self, guint exchange)
{
	g_mutex_lock (&self->mutex);
	for (; self->at < exchange; self->at++) {
		const filled_exchange *before = self->exchanges->pdata[self->at];

		if (before->target != NULL && before->recorded->status < 300)
			known_learn (self->known, before->recorded->method, before->target, before->body,
			             before->answer);
	}
	g_hash_table_remove_all (self->named);
	json_decref (self->answer);
	self->answer = json_deep_copy (((const filled_exchange *)self->exchanges->pdata[exchange])->answer);
	self->report.served = 0;
	self->report.read = 0;
	self->report.undone = 0;
	g_string_truncate (self->report.problems, 0);
	g_mutex_unlock (&self->mutex);
}

const replayer_report *
replayer_end (replayer *self)
{
	/* Only now what the server's thread has written is sure to be seen. */
	g_mutex_lock (&self->mutex);
	g_mutex_unlock (&self->mutex);
	return &self->report;
}

json_t *
replayer_answer (replayer *self)
{
	g_mutex_lock (&self->mutex);
	g_mutex_unlock (&self->mutex);
	return self->answer;
}
