/*
 * What an answer that is not 2xx means. The historical service has few statuses; which of the ABI's is
 * meant stands in the detail. Our own service says it in a header, which wins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "service.h"

#include <string.h>

typedef enum {
	/* Anything. */
	ANY,
	BEGINS,
	ENDS,
	HAS,
} place;

typedef struct {
	guint http;
	place place;
	const char *text;
	ip_driver_status status;
} rule;

/* The first that fits counts. Where the detail repeats a name of the caller, the text is looked for at its
 * other end, and such rules stand first, so that no name can be taken for another text. */
static const rule rules[] = {
	{400, HAS, "{'virtual_interface_id': [", IP_DRIVER_DUPLICATE},
	{400, BEGINS, "Required params are missing", IP_DRIVER_INVALID},
	/* The database's own words: SQLite's, old SQLite's, MySQL's, PostgreSQL's. */
	{400, HAS, "UNIQUE constraint failed", IP_DRIVER_DUPLICATE},
	{400, HAS, "not unique", IP_DRIVER_DUPLICATE},
	{400, HAS, "Duplicate entry", IP_DRIVER_DUPLICATE},
	{400, HAS, "duplicate key", IP_DRIVER_DUPLICATE},
	{400, HAS, "cidr is invalid", IP_DRIVER_INVALID},
	{400, HAS, "Gateway is not a valid address", IP_DRIVER_INVALID},
	{400, HAS, "Policy with id", IP_DRIVER_NOT_FOUND},
	{400, HAS, "cidr should be within parent block", IP_DRIVER_NOT_IN_BLOCK},
	{400, HAS, "cidr overlaps with", IP_DRIVER_NOT_ALLOWED},
	{400, HAS, "type should be same within a network", IP_DRIVER_NOT_ALLOWED},
	{400, HAS, "network_id should be same as that of parent", IP_DRIVER_NOT_ALLOWED},
	{400, HAS, "parent is not subnettable", IP_DRIVER_NOT_ALLOWED},
	{400, ANY, NULL, IP_DRIVER_INVALID},
	{401, ANY, NULL, IP_DRIVER_DENIED},
	{403, ANY, NULL, IP_DRIVER_DENIED},
	{404, ANY, NULL, IP_DRIVER_NOT_FOUND},
	{409, HAS, "already allocated", IP_DRIVER_DUPLICATE},
	{409, ANY, NULL, IP_DRIVER_CONFLICT},
	/* A restarted service of ours: what became of an earlier attempt is not known. */
	{412, ANY, NULL, IP_DRIVER_UNAVAILABLE},
	{413, ANY, NULL, IP_DRIVER_INVALID},
	{422, ENDS, "is configured on another network", IP_DRIVER_NOT_ALLOWED},
	{422, ENDS, "as interface is not configured for ip's network", IP_DRIVER_NOT_ALLOWED},
	{422, HAS, "Subnetted block", IP_DRIVER_NOT_ALLOWED},
	{422, HAS, "No more mac", IP_DRIVER_EXHAUSTED},
	{422, HAS, "full", IP_DRIVER_EXHAUSTED},
	{422, HAS, "locked", IP_DRIVER_LOCKED},
	{422, HAS, "does not belong", IP_DRIVER_NOT_IN_BLOCK},
	{422, HAS, "policy does not allow", IP_DRIVER_DENIED_BY_POLICY},
	{422, ANY, NULL, IP_DRIVER_NOT_ALLOWED},
	{429, ANY, NULL, IP_DRIVER_UNAVAILABLE},
	{500, ANY, NULL, IP_DRIVER_UNAVAILABLE},
	{502, ANY, NULL, IP_DRIVER_UNAVAILABLE},
	{503, ANY, NULL, IP_DRIVER_UNAVAILABLE},
	{504, ANY, NULL, IP_DRIVER_UNAVAILABLE},
};

static gboolean
fits (const rule *rule, guint http, const char *detail)
{
	if (rule->http != http)
		return FALSE;
	switch (rule->place) {
	case BEGINS:
		return g_str_has_prefix (detail, rule->text);
	case ENDS:
		return g_str_has_suffix (detail, rule->text);
	case HAS:
		return strstr (detail, rule->text) != NULL;
	default:
		return TRUE;
	}
}

static ip_driver_status
status_of_name (const char *name)
{
	for (ip_driver_status status = IP_DRIVER_INVALID; status <= IP_DRIVER_INTERNAL; status++)
		if (strcmp (name, ip_driver_status_name (status)) == 0)
			return status;
	return IP_DRIVER_OK;
}

static ip_driver_status
status_of_fault (const service_answer *answer)
{
	const char *detail = answer->detail ? answer->detail : "";

	/* The service has no such route: it is another one, or another version of it. */
	if (answer->status == 404 && !answer->body)
		return IP_DRIVER_PROTOCOL;
	for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
		if (fits (&rules[i], answer->status, detail))
			return rules[i].status;
	return IP_DRIVER_PROTOCOL;
}

ip_driver_status
melange_fault (const service_answer *answer, ip_driver_error *error)
{
	ip_driver_status status = answer->ip_driver_status ? status_of_name (answer->ip_driver_status) : IP_DRIVER_OK;
	g_autofree char *message = NULL;

	if (status == IP_DRIVER_OK)
		status = status_of_fault (answer);
	if (status == IP_DRIVER_PROTOCOL && answer->status == 404)
		message = g_strdup ("the service has no such route (HTTP 404): it is not a Melange v0.1 service, "
		                    "or lies below another path");
	else if (answer->detail && *answer->detail)
		message = g_strdup (answer->detail);
	else
		message = g_strdup_printf ("the service answered HTTP %u without a reason", answer->status);
	ip_driver_fail (error, status, message);
	if (g_strcmp0 (answer->ip_driver_retryable, "0") == 0)
		error->retryable = 0;
	else if (g_strcmp0 (answer->ip_driver_retryable, "1") == 0)
		error->retryable = 1;
	return status;
}

gboolean
melange_fault_is_resting (const service_answer *answer)
{
	return answer->status == 500 && answer->body &&
	       g_strcmp0 (answer->detail, "'NoneType' object has no attribute 'tenant_id'") == 0;
}
