/*
 * Policies; their ranges and octets are in policy_parts.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_policies, ip_driver_policy_list_args, ip_driver_policies, ip_driver_policy_list,
                     represent_policy)

static void
answer_policy (server_answer *answer, guint status, const ip_driver_policy *policy)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "policy", represent_policy (policy)));
}

void
policies_index (const server_request *request, server_answer *answer)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	if (!paging_answer (request, "policies", TRUE, fetch_policies, &args, answer, &error))
		server_answer_error (answer, &error);
}

static void
answer_no_name (server_answer *answer)
{
	g_auto (fault_values) values = {0};

	fault_values_add (&values, "name", "name should be present");
	fault_values_answer (&values, IP_DRIVER_INVALID, answer);
}

void
policies_create (const server_request *request, server_answer *answer)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy) policy = NULL;
	g_auto (params) body = {0};

	params_open (&body, request, "policy", answer);
	args.tenant = params_tenant (request);
	args.name = params_text (&body, "name");
	args.description = params_text (&body, "description");
	if (body.failed)
		return;
	if (args.name == NULL)
		answer_no_name (answer);
	else if (ip_driver_policy_create (request->driver, &args, &policy, &error) == IP_DRIVER_OK)
		answer_policy (answer, 201, policy);
	else
		server_answer_error (answer, &error);
}

void
policies_show (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "policy_id", "Policy", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy) policy = NULL;

	if (id == NULL)
		return;
	if (ip_driver_policy_get (request->driver, params_tenant (request), id, &policy, &error) == IP_DRIVER_OK)
		answer_policy (answer, 200, policy);
	else
		fault_in_policy (request, &error, "Policy", answer);
}

void
policies_update (const server_request *request, server_answer *answer)
{
	ip_driver_policy_update_args args = IP_DRIVER_POLICY_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_policy) policy = NULL, there = NULL;
	g_auto (params) body = {0};

	args.id = params_uuid (request, "policy_id", "Policy", answer);
	if (args.id == NULL)
		return;
	params_open (&body, request, "policy", answer);
	args.tenant = params_tenant (request);
	args.name = params_text (&body, "name");
	args.description = params_text (&body, "description");
	args.set = (params_has (&body, "name") ? IP_DRIVER_POLICY_SET_NAME : 0) |
	           (params_has (&body, "description") ? IP_DRIVER_POLICY_SET_DESCRIPTION : 0);
	if (body.failed)
		return;
	if ((args.set & IP_DRIVER_POLICY_SET_NAME) != 0 && args.name == NULL) {
		/* A policy that is not there comes first. */
		if (ip_driver_policy_get (request->driver, args.tenant, args.id, &there, &error) == IP_DRIVER_OK)
			answer_no_name (answer);
		else
			fault_in_policy (request, &error, "Policy", answer);
	} else if (ip_driver_policy_update (request->driver, &args, &policy, &error) == IP_DRIVER_OK) {
		answer_policy (answer, 200, policy);
	} else {
		fault_in_policy (request, &error, "Policy", answer);
	}
}

void
policies_delete (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "policy_id", "Policy", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (id == NULL)
		return;
	if (ip_driver_policy_delete (request->driver, params_tenant (request), id, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_policy (request, &error, "Policy", answer);
}
