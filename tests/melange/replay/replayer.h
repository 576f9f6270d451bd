/*
 * A historical service that knows nothing but what was recorded: an HTTP server, in this process, that answers the
 * request of the exchange that is at hand with its recorded answer, and what else is read with what was recorded
 * nearest to it. Everything else is answered 501, and told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_REPLAYER_H
#define TESTS_MELANGE_REPLAY_REPLAYER_H

#include "transcript.h"

typedef struct replayer replayer;

/* names: filled in all answers, and outlives the replayer. */
replayer *replayer_new (const transcript *scenario, transcript_names *names);
void replayer_free (replayer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (replayer, replayer_free)

/* http://127.0.0.1:PORT */
const char *replayer_url (const replayer *self);

/* Makes an exchange the one at hand; they go by in order. */
void replayer_begin (replayer *self, guint exchange);

typedef struct {
	/* How often the request of the exchange at hand came, and how many others: reading ones, and deletions of what
	 * the client had named. */
	guint served;
	guint read;
	guint undone;
	/* A line for each request that was not recorded, or was but for its headers; empty: none. */
	GString *problems;
} replayer_report;

/* What came since replayer_begin(); belongs to the replayer. */
const replayer_report *replayer_end (replayer *self);
/* The answer of the exchange at hand as it was given, with the ids of interfaces that the client chose where the
 * recorded one left that to the service; NULL: no JSON. Borrowed. */
json_t *replayer_answer (replayer *self);

#endif
