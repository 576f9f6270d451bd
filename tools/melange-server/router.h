/*
 * Which request is meant: the path and query of a request are taken apart, the API version is negotiated, and
 * the route is found: one of the service's own or one of Melange's (controller.h). Pure: it knows no backend
 * and no HTTP library. Authorization looks at what is found here, so that both cannot disagree.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_ROUTER_H
#define SERVER_ROUTER_H

#include <glib.h>

#include "controller.h"
#include "wire.h"

typedef enum {
	/* Nothing is there: 404. */
	TARGET_NONE,
	/* Path or query cannot be decoded: 400. */
	TARGET_MALFORMED,
	/* The Accept header asks for an unknown version: 406. */
	TARGET_UNKNOWN_VERSION,
	/* GET /, GET /healthz, GET /metrics. */
	TARGET_VERSIONS,
	TARGET_HEALTH,
	TARGET_METRICS,
	/* A route of Melange: `route`. */
	TARGET_CONTROLLER,
	/* GET /extensions, GET /extensions/{alias}. */
	TARGET_EXTENSIONS,
	TARGET_EXTENSION,
	/* The API extension (docs/rest.md): what it can do, its operations (`operation`), its transactions, and
	 * abandoned attempts. */
	TARGET_IP_DRIVER,
	TARGET_OPERATION,
	TARGET_BEGIN,
	TARGET_COMMIT,
	TARGET_ROLLBACK,
	TARGET_ABANDON,
} router_target;

typedef struct {
	router_target target;
	/* Static: the method that counts (_method is honoured), "OTHER" for one that no route has. */
	const char *method;
	/* For the metrics: the route's pattern, or what it is. Static. */
	const char *label;
	/* Under an API version: authorization applies. */
	gboolean inside;
	/* XML is asked for. */
	gboolean xml;
	/* It may change something. */
	gboolean changes;
	/* The tenant in whose part of the API the path lies (/ipam/tenants/TENANT/...); NULL: in none. */
	char *tenant;
	/* The path as written, without the query. */
	char *path;
	/* Decoded: name to value. */
	GHashTable *variables;
	GHashTable *query;
	const server_route *route;
	wire_operation_id operation;
} router_match;

void router_match_clear (router_match *match);

/* Finds what a request is for. `accept` may be NULL. Fills *match, whatever the result. */
void router_find (const char *method, const char *target, const char *accept, router_match *match);

#endif
