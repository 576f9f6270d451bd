/*
 * What lies between the HTTP side of the service and the controllers that answer Melange's routes. A
 * controller sees a request that was routed, authorized and parsed; it calls the public ABI of ip_driver and
 * fills an answer, which the HTTP side renders as JSON or XML.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_CONTROLLER_H
#define SERVER_CONTROLLER_H

#include <glib.h>
#include <ip_driver/ip_driver.h>
#include <jansson.h>

typedef struct {
	/* The backend; valid during the request. */
	ip_driver *driver;
	const char *method;
	/* Decoded variables of the route's pattern: name to value. */
	GHashTable *path;
	/* Decoded query: name to value; the last of a name counts. */
	GHashTable *query;
	/* The parsed body, an object (XML in the same shape, all texts); NULL: none. */
	json_t *body;
	/* The path as the client wrote it, without its query ("/v0.1/ipam/tenants/t/ip_blocks.json"), and the
	 * address he wrote before it ("http://host:port"), for links. */
	const char *uri;
	const char *base;
} server_request;

/* A variable of the path; never NULL for one that the route has. */
const char *server_request_path (const server_request *request, const char *name);
/* A parameter of the query; NULL: not given. */
const char *server_request_query (const server_request *request, const char *name);

typedef struct {
	/* HTTP status. */
	guint status;
	/* Owned. An object with one member, or with one and NAME_links; NULL: an empty body. Or the fault. */
	json_t *body;
	/* A fault: what the ABI said, for the X-Ip-Driver-... headers. */
	ip_driver_status driver_status;
	gboolean retryable;
} server_answer;

/* Answers 2xx. `body` is taken; NULL: empty. */
void server_answer_set (server_answer *answer, guint status, json_t *body);

/* Answers with a fault of the historical shape: {"NAME": {"code", "message", "detail"}}, NAME and message those of
 * the HTTP status; `format` gives the detail. */
void server_answer_fault (server_answer *answer, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Answers with what the ABI said: the HTTP status that base.h gives for error->status, error->message as the
 * detail, and the X-Ip-Driver-... headers. A controller that owes the client a historical text uses
 * server_answer_fault() and sets driver_status itself. */
void server_answer_error (server_answer *answer, const ip_driver_error *error);

typedef void (*server_controller) (const server_request *request, server_answer *answer);

typedef struct {
	const char *method;
	/* Below the version: "/ipam/tenants/{tenant_id}/ip_blocks/{id}". A variable takes one segment, non-empty; the
	 * last one loses a suffix .json or .xml. */
	const char *pattern;
	server_controller controller;
	/* Which label the route has in the metrics is its pattern. */
} server_route;

/* The routes of Melange's API v0.1 but for /extensions (controllers/routes.c), in the order in which they are tried. */
extern const server_route melange_routes[];
extern const gsize melange_route_count;

#endif
