/*
 * handler.c: answers a routed request: authorization, body, attempts, and what its target is. The order is that of
 * the historical service: what it refused before a controller is refused here with the same text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "attempts.h"
#include "authorization.h"
#include "content.h"
#include "extensions.h"
#include "fault.h"
#include "health.h"
#include "metrics.h"
#include "operations.h"
#include "transactions.h"
#include "undo.h"

#define HEADER_SERVED_BY_NAME "X-Ip-Driver-Served-By"
/* As long as any sensible key. */
#define KEY_MAX 255

typedef struct {
	server *owner;
	exchange *item;
	char *principal;
	gboolean admin;
	/* NULL: none. */
	json_t *body;
	server_answer answer;
} handling;

const char *
server_request_path (const server_request *request, const char *name)
{
	return g_hash_table_lookup (request->path, name);
}

const char *
server_request_query (const server_request *request, const char *name)
{
	return g_hash_table_lookup (request->query, name);
}

/* "http://host:port" as the client wrote it. */
static char *
base_of (const exchange *item)
{
	const char *host = item->headers[HEADER_HOST];
	g_autofree char *own = NULL;

	if (host == NULL)
		host = own = g_strdup_printf ("%s:%u", item->generation->config->bind_address,
		                              item->generation->config->port);
	return g_strdup_printf ("%s://%s", item->scheme, host);
}

static void
answer_versions (exchange *item)
{
	g_autofree char *base = base_of (item);
	g_auto (server_answer) answer = {0};

	if (item->match.xml) {
		exchange_answer (item, 200, "application/xml",
		                 "<versions>\n    <version name=\"v0.1\" status=\"CURRENT\">\n        <links>\n"
		                 "            <link href=\"",
		                 -1);
		g_string_append_printf (
			item->text, "%s/v0.1\" rel=\"self\"/>\n        </links>\n    </version>\n</versions>\n", base);
		return;
	}
	g_autofree char *href = g_strdup_printf ("%s/v0.1", base);
	server_answer_set (&answer, 200,
	                   json_pack ("{s:[{s:s,s:s,s:[{s:s,s:s}]}]}", "versions", "status", "CURRENT", "name", "v0.1",
	                              "links", "href", href, "rel", "self"));
	fault_render_answer (item, &answer);
}

static void
answer_metrics (handling *self)
{
	exchange *item = self->item;

	if (!item->generation->config->metrics) {
		fault_answer_text (item, 404, NULL, NULL);
		return;
	}
	exchange_answer (item, 200, "text/plain; version=0.0.4; charset=utf-8", NULL, 0);
	metrics_render (self->owner, item->generation, item->text);
}

/* Finds fault with the Host header, which becomes part of links. */
static gboolean
is_host (const char *host)
{
	return host == NULL || strspn (host, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_:[]%~") == strlen (host);
}

/* FALSE: answered. */
static gboolean
read_body (handling *self)
{
	exchange *item = self->item;

	switch (content_parse (item->headers[HEADER_CONTENT_TYPE], item->body->str, item->body->len, &self->body)) {
	case CONTENT_OK:
		return TRUE;
	case CONTENT_UNSUPPORTED:
		fault_answer_text (item, 415, "Unsupported Content-Type", NULL);
		return FALSE;
	case CONTENT_MALFORMED:
		fault_answer_text (item, 400, "Malformed request body", NULL);
		return FALSE;
	default:
		server_answer_fault (&self->answer, 400, "The body must be an object");
		self->answer.driver_status = IP_DRIVER_INVALID;
		fault_render_answer (item, &self->answer);
		return FALSE;
	}
}

/* Where the request's calls go. */
static ip_driver *
driver_of (const exchange *item)
{
	return item->transaction != NULL && transaction_handle (item->transaction) != NULL
	               ? transaction_handle (item->transaction)
	               : item->generation->driver;
}

static void
set_transaction_ended (server_answer *answer)
{
	server_answer_fault (answer, 409, "The transaction is not known, or has ended; one that is idle is undone");
	answer->driver_status = IP_DRIVER_CONFLICT;
}

static void
run_transaction (handling *self)
{
	exchange *item = self->item;
	transaction *transaction = item->transaction;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status = IP_DRIVER_OK;
	json_t *body = NULL;

	switch (item->match.target) {
	case TARGET_BEGIN:
		status = transaction_begin (transaction, &error);
		if (status == IP_DRIVER_OK)
			body = json_pack ("{s:s}", "transaction", transaction_id (transaction));
		break;
	case TARGET_COMMIT:
		status = transaction_commit (transaction, &error);
		break;
	default:
		transaction_rollback (transaction);
	}
	if (status != IP_DRIVER_OK)
		server_answer_error (&self->answer, &error);
	else
		server_answer_set (&self->answer, 200, body != NULL ? body : json_object ());
}

static void
run_controller (handling *self)
{
	exchange *item = self->item;
	g_autofree char *base = base_of (item);
	server_request request = {
		.driver = driver_of (item),
		.method = item->match.method,
		.path = item->match.variables,
		.query = item->match.query,
		.body = self->body,
		.uri = item->match.path,
		.base = base,
	};

	/* Else he could give another tenant's interface addresses of his, and keep it off that tenant's own networks.
	 */
	if (!self->admin && wire_names_another (self->body, item->match.tenant)) {
		server_answer_fault (&self->answer, 403, NAMES_ANOTHER);
		return;
	}
	item->match.route->controller (&request, &self->answer);
}

static void
run_info (handling *self)
{
	exchange *item = self->item;
	ip_driver_info *info = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *capabilities;

	if (ip_driver_info_get (item->generation->driver, &info, &error) != IP_DRIVER_OK) {
		server_answer_error (&self->answer, &error);
		return;
	}
	capabilities = json_array ();
	for (gsize i = 0; i < info->capability_count; i++)
		json_array_append_new (capabilities, json_string (info->capabilities[i]));
	server_answer_set (&self->answer, 200,
	                   json_pack ("{s:{s:s,s:s,s:s,s:o}}", "ip_driver", "version", "1.0.0", "served_by",
	                              self->owner->served_by, "backend", info->backend, "capabilities", capabilities));
	ip_driver_info_free (info);
}

static void
run_abandon (handling *self)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	exchange *item = self->item;
	const char *key = g_hash_table_lookup (item->match.variables, "key");

	if (attempts_abandon (self->owner->attempts, item, key, self->principal, &error) != IP_DRIVER_OK)
		server_answer_error (&self->answer, &error);
	else
		server_answer_set (&self->answer, 200, json_object ());
}

/* What the request is for, by the controllers or the extension; sets self->answer. */
static void
run (handling *self)
{
	exchange *item = self->item;
	gboolean ended = item->headers[HEADER_TRANSACTION] != NULL &&
	                 (item->transaction == NULL || transaction_handle (item->transaction) == NULL);

	switch (item->match.target) {
	case TARGET_IP_DRIVER:
		run_info (self);
		break;
	case TARGET_ABANDON:
		run_abandon (self);
		break;
	case TARGET_BEGIN:
		run_transaction (self);
		break;
	case TARGET_ROLLBACK:
		if (ended)
			server_answer_set (&self->answer, 200, json_object ());
		else if (item->transaction == NULL)
			set_transaction_ended (&self->answer);
		else
			run_transaction (self);
		break;
	case TARGET_COMMIT:
		if (ended || item->transaction == NULL)
			set_transaction_ended (&self->answer);
		else
			run_transaction (self);
		break;
	case TARGET_OPERATION:
		if (ended)
			set_transaction_ended (&self->answer);
		else
			operations_run (driver_of (item), item->match.operation, self->body, item->match.tenant,
			                &self->answer);
		break;
	default:
		if (ended)
			set_transaction_ended (&self->answer);
		else
			run_controller (self);
	}
	if (self->answer.driver_status != IP_DRIVER_OK)
		metrics_count_error (self->owner->metrics, self->answer.driver_status);
	else if (item->match.changes && self->answer.status < 300)
		metrics_count_change (self->owner->metrics, &item->match, self->answer.body);
	fault_render_answer (item, &self->answer);
}

static void
refuse (handling *self, guint status, const char *detail)
{
	server_answer_fault (&self->answer, status, "%s", detail);
	fault_render_answer (self->item, &self->answer);
}

/* A request with a key. */
static void
run_attempt (handling *self)
{
	exchange *item = self->item;
	attempts *known = self->owner->attempts;
	attempt *entry = NULL;
	gboolean keep;

	switch (attempts_enter (known, item, self->principal, &entry)) {
	case ATTEMPT_RUN:
		run (self);
		/* Nothing was done; whether it can be done now is to be seen. */
		keep = self->answer.status < 500 && !self->answer.retryable;
		attempts_leave (known, entry, item,
		                self->answer.status < 300 ? undo_steps (&item->match, self->body, self->answer.body)
		                                          : NULL,
		                keep);
		break;
	case ATTEMPT_REPEATED:
		break;
	case ATTEMPT_ABANDONED:
		refuse (self, 409, "The request with this Idempotency-Key was abandoned");
		break;
	case ATTEMPT_OTHER:
		refuse (self, 422, "The Idempotency-Key belongs to another request");
		break;
	default:
		refuse (self, 412, "Whether the request with this Idempotency-Key was carried out is no longer known");
	}
}

/* Below an API version. */
static void
handle_inside (handling *self)
{
	exchange *item = self->item;
	const char *key = item->headers[HEADER_IDEMPOTENCY_KEY], *served_by = item->headers[HEADER_SERVED_BY];

	if (item->match.target == TARGET_NONE) {
		fault_answer_text (item, 404, NULL, NULL);
	} else if (item->match.target == TARGET_EXTENSIONS) {
		extensions_list (item, item->generation->config->announce_extension);
	} else if (item->match.target == TARGET_EXTENSION) {
		extensions_show (item, item->generation->config->announce_extension);
	} else if (!read_body (self)) {
		return;
	} else if (served_by != NULL && strcmp (served_by, self->owner->served_by) != 0) {
		refuse (self, 412, "This is another process than the one that the request was first sent to");
	} else if (key == NULL || !item->match.changes || item->match.target == TARGET_ABANDON) {
		run (self);
	} else if (key[0] == '\0' || strlen (key) > KEY_MAX) {
		refuse (self, 400, "The Idempotency-Key must have 1 to 255 characters");
	} else {
		run_attempt (self);
	}
	exchange_set_header (item, HEADER_SERVED_BY_NAME, self->owner->served_by);
}

void
handler_run (server *owner, exchange *item)
{
	handling self = {.owner = owner, .item = item};
	const router_match *match = &item->match;

	if (match->target == TARGET_MALFORMED || !is_host (item->headers[HEADER_HOST])) {
		fault_answer_text (item, 400, NULL, NULL);
	} else if (match->target == TARGET_UNKNOWN_VERSION) {
		refuse (&self, 406, "version not supported");
	} else if (!match->inside && match->target == TARGET_NONE) {
		fault_answer_text (item, 404, NULL, NULL);
	} else if (authorization_check (item, &self.principal, &self.admin)) {
		if (match->target == TARGET_VERSIONS)
			answer_versions (item);
		else if (match->target == TARGET_HEALTH)
			health_answer (item);
		else if (match->target == TARGET_METRICS)
			answer_metrics (&self);
		else
			handle_inside (&self);
	}
	g_free (self.principal);
	json_decref (self.body);
	server_answer_clear (&self.answer);
}
