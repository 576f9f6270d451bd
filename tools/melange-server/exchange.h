/*
 * One request and its answer, free of the HTTP library: http.c fills the first half and sends the second,
 * handler.c works in between. An exchange is in one thread's hands at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include <glib.h>

#include "router.h"

/* The request headers that mean something here. None but Accept may stand twice. */
typedef enum {
	HEADER_HOST,
	HEADER_ACCEPT,
	HEADER_CONTENT_TYPE,
	HEADER_TENANT,
	HEADER_ROLE,
	HEADER_TOKEN,
	HEADER_IDEMPOTENCY_KEY,
	HEADER_SERVED_BY,
	HEADER_TRANSACTION,
	HEADER_REQUEST,
	HEADER_COUNT
} exchange_header;

extern const char *const exchange_header_names[HEADER_COUNT];

struct generation;
struct transaction;

typedef struct exchange exchange;
struct exchange {
	/* The request. `target` is the path with its query, as it was written. */
	char *method;
	char *target;
	char *peer;
	const char *scheme;
	char *headers[HEADER_COUNT];
	GString *body;
	/* g_get_monotonic_time() of its arrival. */
	gint64 began;

	/* What it is for, and with which configuration and backend: once it is dispatched. */
	router_match match;
	struct generation *generation;
	/* The transaction that it belongs to, on whose thread it then is; NULL: none. */
	struct transaction *transaction;

	/* The answer. content_type: static. */
	guint status;
	const char *content_type;
	GString *text;
	/* Further headers: name, value, name, ... */
	GPtrArray *answer_headers;
	gboolean close;

	/* Called once, from any thread, when the answer is complete. */
	void (*done) (exchange *self);
	gpointer owner;
};

exchange *exchange_new (const char *method, const char *target);
void exchange_free (exchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (exchange, exchange_free)

/* Adds a header to the answer. */
void exchange_set_header (exchange *self, const char *name, const char *value);
/* Sets the answer; what was set before is dropped, headers included. */
void exchange_answer (exchange *self, guint status, const char *content_type, const char *text, gssize size);

#endif
