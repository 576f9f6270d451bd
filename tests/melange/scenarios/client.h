/*
 * An HTTP client that sends a request exactly as it was recorded: no header more, no path tidied, any method.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_SCENARIOS_CLIENT_H
#define TESTS_MELANGE_SCENARIOS_CLIENT_H

#include "transcript.h"

typedef struct {
	guint status;
	/* NULL: not given. */
	char *content_type;
	char *body;
} client_answer;

void client_answer_clear (client_answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (client_answer, client_answer_clear)

/* One request on a connection of its own to 127.0.0.1. headers: an object of texts. body: NULL: none. FALSE:
 * *ret_problem (to be freed) says what went wrong with the connection, or with the form of the answer. */
gboolean client_exchange (guint16 port, const char *method, const char *path, json_t *headers, const char *body,
                          client_answer *answer, char **ret_problem);

#endif
