/*
 * Allowed IPs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "paging.h"

static char *
allowed_path (const char *tenant, const char *interface, const char *address, ip_driver_error *error)
{
	/* `address` may be NULL: that ends the path. */
	return melange_tenant_path (error, tenant, "interfaces", interface, "allowed_ips", address);
}

/* One that has lost its interface stays allocated until it is disallowed. */
static void
give_allowed (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_address address = record_read_address (reader, object, context);

	address.state = IP_DRIVER_ADDRESS_ALLOCATED;
	if (!reader->failed)
		ip_driver_return_address (results, &address);
}

static ip_driver_status
get_allowed (melange_instance *self, const char *tenant, const char *interface, const char *address,
             ip_driver_results *results, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	ip_driver_status status = melange_get (self, allowed_path (tenant, interface, address, error), &answer, error);

	return status == IP_DRIVER_OK ? record_give_one (answer.body, "ip_address", give_allowed, NULL, results, error)
	                              : status;
}

static ip_driver_status
melange_allowed_ip_allow (ip_driver_instance *instance, const ip_driver_allowed_ip_allow_args *args,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_t *fields;
	gboolean unknown = FALSE, was_unknown = FALSE;
	ip_driver_status status = IP_DRIVER_OK;

	if (self->extended)
		return melange_extension_call (self, WIRE_allowed_ip_allow, args, results, error);
	/* Twice does no harm: the second is refused. */
	for (guint i = 0; i == 0 || (i < 3 && unknown); i++) {
		g_auto (service_answer) answer = {0};

		fields = json_object ();
		melange_set (fields, "network_id", args->network);
		melange_set (fields, "ip_address", args->address);
		was_unknown = unknown;
		status = melange_once (self, "POST", allowed_path (args->tenant, args->interface, NULL, error),
		                       melange_body ("allowed_ip", fields), &answer, &unknown, error);
		if (status == IP_DRIVER_OK)
			return record_give_one (answer.body, "ip_address", give_allowed, NULL, results, error);
	}
	if (status == IP_DRIVER_DUPLICATE && was_unknown)
		return get_allowed (self, args->tenant, args->interface, args->address, results, error);
	return status;
}

static ip_driver_status
melange_allowed_ip_get (ip_driver_instance *instance, const char *tenant, const char *interface, const char *address,
                        ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_allowed_ip_get, tenant, interface, address, results,
		                                   error);
	return get_allowed (self, tenant, interface, address, results, error);
}

static ip_driver_status
melange_allowed_ip_list (ip_driver_instance *instance, const ip_driver_allowed_ip_list_args *args,
                         ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "ip_addresses",
		.kind = WHOLE,
		.key = paging_key_address,
		.give = give_allowed,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_allowed_ip_list, args, results, error);
	return melange_list (self, &list, allowed_path (args->tenant, args->interface, NULL, error), args->marker,
	                     args->limit, results, error);
}

static ip_driver_status
melange_allowed_ip_disallow (ip_driver_instance *instance, const char *tenant, const char *interface,
                             const char *address, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_allowed_ip_disallow, tenant, interface, address, NULL,
		                                   error);
	return melange_delete (self, allowed_path (tenant, interface, address, error), error);
}

const ip_driver_allowed_ip_ops melange_allowed_ip_ops = {
	.size = sizeof (ip_driver_allowed_ip_ops),
	.allow = melange_allowed_ip_allow,
	.get = melange_allowed_ip_get,
	.list = melange_allowed_ip_list,
	.disallow = melange_allowed_ip_disallow,
};
