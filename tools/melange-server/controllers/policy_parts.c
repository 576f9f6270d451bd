/*
 * The unusable ranges and octets of a policy.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_ranges, ip_driver_policy_part_list_args, ip_driver_policy_ranges,
                     ip_driver_policy_range_list, represent_policy_range)
PAGING_DEFINE_FETCH (fetch_octets, ip_driver_policy_part_list_args, ip_driver_policy_octets,
                     ip_driver_policy_octet_list, represent_policy_octet)

static const ip_driver_error no_part = {.size = sizeof no_part, .status = IP_DRIVER_NOT_FOUND};

static void
answer_range (server_answer *answer, guint status, const ip_driver_policy_range *range)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "ip_range", represent_policy_range (range)));
}

static void
answer_octet (server_answer *answer, guint status, const ip_driver_policy_octet *octet)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "ip_octet", represent_policy_octet (octet)));
}

/* The path's policy and part; FALSE: one of them is not there, which is answered. */
static gboolean
path_part (const server_request *request, const char *model, const char **ret_policy, const char **ret_id,
           server_answer *answer)
{
	const char *policy = params_uuid (request, "policy_id", "Policy", answer);
	const char *id = server_request_path (request, "id");

	if (policy == NULL)
		return FALSE;
	if (!g_uuid_string_is_valid (id)) {
		fault_in_policy (request, &no_part, model, answer);
		return FALSE;
	}
	*ret_policy = policy;
	*ret_id = id;
	return TRUE;
}

/* Answers with what is wrong with a part, once its policy is known to be there. */
static void
answer_values (const server_request *request, const fault_values *values, const char *model, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy) policy = NULL;

	if (ip_driver_policy_get (request->driver, params_tenant (request), server_request_path (request, "policy_id"),
	                          &policy, &error) == IP_DRIVER_OK)
		fault_values_answer (values, IP_DRIVER_INVALID, answer);
	else
		fault_in_policy (request, &error, model, answer);
}

static void
list_parts (const server_request *request, const char *name, paging_fetch fetch, const char *model,
            server_answer *answer)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	args.policy = params_uuid (request, "policy_id", "Policy", answer);
	if (args.policy == NULL)
		return;
	if (!paging_answer (request, name, TRUE, fetch, &args, answer, &error))
		fault_in_policy (request, &error, model, answer);
}

/* Reads what is to be set of a range, on creation all of it. */
static void
read_range (const params *body, gboolean create, gint64 *ret_offset, gint64 *ret_length, fault_values *values)
{
	if (create || params_has (body, "length")) {
		gboolean is_integer = params_integer (body, "length", ret_length);

		if (!is_integer)
			fault_values_add (values, "length", "length should be of type integer");
		if (!is_integer || *ret_length < 0)
			fault_values_add (values, "length", "length should be a positive integer");
	}
	if ((create || params_has (body, "offset")) && !params_integer (body, "offset", ret_offset))
		fault_values_add (values, "offset", "offset should be of type integer");
}

void
policy_ranges_index (const server_request *request, server_answer *answer)
{
	list_parts (request, "ip_ranges", fetch_ranges, "IpRange", answer);
}

void
policy_ranges_create (const server_request *request, server_answer *answer)
{
	ip_driver_policy_range_create_args args = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_range) range = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};
	gint64 length = 0;

	args.tenant = params_tenant (request);
	args.policy = params_uuid (request, "policy_id", "Policy", answer);
	if (args.policy == NULL)
		return;
	params_open (&body, request, "ip_range", answer);
	if (body.failed)
		return;
	read_range (&body, TRUE, &args.offset, &length, &values);
	args.length = (uint64_t)length;
	if (values.text != NULL)
		answer_values (request, &values, "IpRange", answer);
	else if (ip_driver_policy_range_create (request->driver, &args, &range, &error) == IP_DRIVER_OK)
		answer_range (answer, 201, range);
	else
		fault_in_policy (request, &error, "IpRange", answer);
}

void
policy_ranges_show (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_range) range = NULL;
	const char *policy, *id;

	if (!path_part (request, "IpRange", &policy, &id, answer))
		return;
	if (ip_driver_policy_range_get (request->driver, params_tenant (request), policy, id, &range, &error) ==
	    IP_DRIVER_OK)
		answer_range (answer, 200, range);
	else
		fault_in_policy (request, &error, "IpRange", answer);
}

void
policy_ranges_update (const server_request *request, server_answer *answer)
{
	ip_driver_policy_range_update_args args = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_range) range = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};
	gint64 length = 0;

	if (!path_part (request, "IpRange", &args.policy, &args.id, answer))
		return;
	params_open (&body, request, "ip_range", answer);
	if (body.failed)
		return;
	read_range (&body, FALSE, &args.offset, &length, &values);
	args.tenant = params_tenant (request);
	args.length = (uint64_t)length;
	args.set = (params_has (&body, "offset") ? IP_DRIVER_POLICY_RANGE_SET_OFFSET : 0) |
	           (params_has (&body, "length") ? IP_DRIVER_POLICY_RANGE_SET_LENGTH : 0);
	if (values.text != NULL)
		answer_values (request, &values, "IpRange", answer);
	else if (ip_driver_policy_range_update (request->driver, &args, &range, &error) == IP_DRIVER_OK)
		answer_range (answer, 200, range);
	else
		fault_in_policy (request, &error, "IpRange", answer);
}

void
policy_ranges_delete (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *policy, *id;

	if (!path_part (request, "IpRange", &policy, &id, answer))
		return;
	if (ip_driver_policy_range_delete (request->driver, params_tenant (request), policy, id, &error) ==
	    IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_policy (request, &error, "IpRange", answer);
}

/* FALSE: it is none, which is added. One that the ABI cannot hold stays out of its range. */
static gboolean
read_octet (const params *body, int32_t *ret_octet, fault_values *values)
{
	gint64 octet;

	if (!params_integer (body, "octet", &octet)) {
		fault_values_add (values, "octet", "octet should be of type integer");
		return FALSE;
	}
	*ret_octet = (int32_t)CLAMP (octet, G_MININT32, G_MAXINT32);
	return TRUE;
}

void
policy_octets_index (const server_request *request, server_answer *answer)
{
	list_parts (request, "ip_octets", fetch_octets, "IpOctet", answer);
}

void
policy_octets_create (const server_request *request, server_answer *answer)
{
	ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};

	args.tenant = params_tenant (request);
	args.policy = params_uuid (request, "policy_id", "Policy", answer);
	if (args.policy == NULL)
		return;
	params_open (&body, request, "ip_octet", answer);
	if (body.failed)
		return;
	if (!read_octet (&body, &args.octet, &values))
		answer_values (request, &values, "IpOctet", answer);
	else if (ip_driver_policy_octet_create (request->driver, &args, &octet, &error) == IP_DRIVER_OK)
		answer_octet (answer, 201, octet);
	else
		fault_in_policy (request, &error, "IpOctet", answer);
}

void
policy_octets_show (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	const char *policy, *id;

	if (!path_part (request, "IpOctet", &policy, &id, answer))
		return;
	if (ip_driver_policy_octet_get (request->driver, params_tenant (request), policy, id, &octet, &error) ==
	    IP_DRIVER_OK)
		answer_octet (answer, 200, octet);
	else
		fault_in_policy (request, &error, "IpOctet", answer);
}

void
policy_octets_update (const server_request *request, server_answer *answer)
{
	ip_driver_policy_octet_update_args args = IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};

	if (!path_part (request, "IpOctet", &args.policy, &args.id, answer))
		return;
	params_open (&body, request, "ip_octet", answer);
	if (body.failed)
		return;
	args.tenant = params_tenant (request);
	if (!params_has (&body, "octet"))
		policy_octets_show (request, answer);
	else if (!read_octet (&body, &args.octet, &values))
		answer_values (request, &values, "IpOctet", answer);
	else if (ip_driver_policy_octet_update (request->driver, &args, &octet, &error) == IP_DRIVER_OK)
		answer_octet (answer, 200, octet);
	else
		fault_in_policy (request, &error, "IpOctet", answer);
}

void
policy_octets_delete (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *policy, *id;

	if (!path_part (request, "IpOctet", &policy, &id, answer))
		return;
	if (ip_driver_policy_octet_delete (request->driver, params_tenant (request), policy, id, &error) ==
	    IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_policy (request, &error, "IpOctet", answer);
}
