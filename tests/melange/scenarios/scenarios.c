/*
 * A recorded scenario against our own service: each request is sent as it was recorded, and each answer must be the
 * recorded one, but for those that the list of deviations names.
 *
 *   scenarios MELANGE_SERVER SCENARIO.json DEVIATIONS
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client.h"
#include "server.h"

/* The label of the line that covers all exchanges of a scenario whose recorded answer is 5xx. */
#define ALL_BUGS "5xx"

typedef struct {
	const transcript *scenario;
	transcript_names *names;
	GPtrArray *deviations;
	server *service;
	guint matched;
	guint deviated;
	guint failed;
} replay;

G_GNUC_PRINTF (3, 4)
static void
complain (replay *self, const transcript_exchange *exchange, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	va_start (arguments, format);
	text = g_strdup_vprintf (format, arguments);
	va_end (arguments);
	g_print ("not ok: %s | %s\n%s%s", self->scenario->name, exchange->label, text,
	         g_str_has_suffix (text, "\n") ? "" : "\n");
	self->failed++;
}

/* The body to be sent, to be freed; NULL: none. */
static char *
request_body (replay *self, const transcript_exchange *exchange)
{
	json_t *filled;
	char *dumped, *body;

	if (exchange->body_text != NULL)
		return transcript_fill (self->names, exchange->body_text);
	if (exchange->body == NULL)
		return NULL;
	filled = transcript_fill_json (self->names, exchange->body);
	dumped = json_dumps (filled, JSON_ENCODE_ANY);
	body = g_strdup (dumped);
	free (dumped);
	json_decref (filled);
	return body;
}

/* The historical service failed; ours must not, and the list must say what it does instead. */
static void
check_bug (replay *self, const transcript_exchange *exchange, const transcript_answer *answer)
{
	transcript_deviation *deviation = transcript_deviations_find (self->deviations, exchange->label);
	g_autoptr (GString) diff = g_string_new (NULL);

	if (deviation == NULL)
		deviation = transcript_deviations_find (self->deviations, ALL_BUGS);
	if (!transcript_answer_is_sane (answer, diff)) {
		complain (self, exchange, "%s", diff->str);
	} else if (deviation == NULL) {
		complain (self, exchange,
		          "  recorded %u, got %u, which the list of deviations does not explain\n  %s\n",
		          exchange->status, answer->status, answer->body);
	} else if (deviation->status != 0 && deviation->status != answer->status) {
		complain (self, exchange, "  got %u, but the list of deviations says %u\n  %s\n", answer->status,
		          deviation->status, answer->body);
	} else {
		self->deviated++;
		transcript_bind (self->names, exchange, answer);
	}
}

static void
check_answer (replay *self, const transcript_exchange *exchange, const transcript_answer *answer)
{
	transcript_deviation *deviation = transcript_deviations_find (self->deviations, exchange->label);
	g_autoptr (GString) diff = g_string_new (NULL);

	if (transcript_match (self->names, exchange, answer, diff)) {
		if (deviation != NULL)
			complain (self, exchange, "  matches, but is listed as a deviation: %s\n", deviation->reason);
		else
			self->matched++;
		return;
	}
	if (deviation == NULL) {
		complain (self, exchange, "%s", diff->str);
	} else if (deviation->status != 0 && deviation->status != answer->status) {
		complain (self, exchange, "%s  the list of deviations says %u\n", diff->str, deviation->status);
	} else {
		g_string_truncate (diff, 0);
		if (transcript_answer_is_sane (answer, diff))
			self->deviated++;
		else
			complain (self, exchange, "%s", diff->str);
	}
	/* What is bound to this answer must not fail for it. */
	transcript_bind (self->names, exchange, answer);
}

static void
make_exchange (replay *self, const transcript_exchange *exchange)
{
	g_autofree char *path = transcript_fill (self->names, exchange->path);
	g_autofree char *body = request_body (self, exchange);
	g_autofree char *problem = NULL;
	g_auto (client_answer) received = {0};
	transcript_answer answer;

	if (!client_exchange (server_port (self->service), exchange->method, path, exchange->headers, body, &received,
	                      &problem)) {
		complain (self, exchange, "  %s", problem);
		return;
	}
	answer = (transcript_answer){received.status, received.content_type, received.body};
	if (exchange->bug)
		check_bug (self, exchange, &answer);
	else
		check_answer (self, exchange, &answer);
}

static void
make_step (replay *self, const transcript_exchange *exchange)
{
	g_autofree char *problem = NULL;

	if (!g_str_equal (exchange->admin, "purge_deallocated"))
		complain (self, exchange, "  no such step: %s", exchange->admin);
	else if (!server_purge (self->service, &problem))
		complain (self, exchange, "  %s", problem);
	else
		self->matched++;
}

static void
run (replay *self)
{
	for (guint i = 0; i < self->scenario->exchanges->len; i++) {
		const transcript_exchange *exchange = self->scenario->exchanges->pdata[i];

		for (guint j = 0; j < exchange->repeat; j++) {
			if (exchange->admin != NULL)
				make_step (self, exchange);
			else
				make_exchange (self, exchange);
		}
	}
	for (guint i = 0; i < self->deviations->len; i++) {
		const transcript_deviation *deviation = self->deviations->pdata[i];

		if (deviation->used)
			continue;
		g_print ("not ok: %s | %s\n  is listed as a deviation, but there is no such exchange\n",
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
	replay self = {0};
	char *problem = NULL;

	if (argc != 4) {
		g_printerr ("usage: %s MELANGE_SERVER SCENARIO.json DEVIATIONS\n", argv[0]);
		return 2;
	}
	scenario = transcript_load (argv[2], &problem);
	if (scenario == NULL)
		return fail (problem);
	deviations = transcript_deviations_load (argv[3], scenario->name, &problem);
	if (deviations == NULL)
		return fail (problem);
	self.service = server_start (argv[1], scenario, &problem);
	if (self.service == NULL)
		return fail (problem);
	names = transcript_names_new (server_base (self.service));
	self.scenario = scenario;
	self.names = names;
	self.deviations = deviations;
	run (&self);
	if (!server_stop (self.service, &problem)) {
		self.failed++;
		fail (problem);
	}
	g_print ("%s: %u as recorded, %u deviate as listed, %u failed\n", scenario->name, self.matched, self.deviated,
	         self.failed);
	return self.failed == 0 ? 0 : 1;
}
