/*
 * Routes of blocks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "create.h"
#include "paging.h"

static char *
routes_path (const char *tenant, const char *block, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "ip_blocks", block, "ip_routes");
}

static char *
route_path (const char *tenant, const char *block, const char *id, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "ip_blocks", block, "ip_routes", id);
}

static ip_driver_status
melange_route_create (ip_driver_instance *instance, const ip_driver_route_create_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (creation) creation = {.name = "ip_route", .list_name = "ip_routes", .kind = PAGED};
	record_context context = {.parent = args->block};

	if (self->extended)
		return melange_extension_call (self, WIRE_route_create, args, results, error);
	creation.path = routes_path (args->tenant, args->block, error);
	creation.fields = json_object ();
	melange_set (creation.fields, "destination", args->destination);
	melange_set (creation.fields, "netmask", args->netmask);
	melange_set (creation.fields, "gateway", args->gateway);
	return melange_create_and_give (self, &creation, record_give_route, &context, results, error);
}

static ip_driver_status
melange_route_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *id,
                   ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = block};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_route_get, tenant, block, id, results, error);
	status = melange_get (self, route_path (tenant, block, id, error), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "ip_route", record_give_route, &context, results, error)
	               : status;
}

static ip_driver_status
melange_route_list (ip_driver_instance *instance, const ip_driver_route_list_args *args, ip_driver_results *results,
                    ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "ip_routes",
		.kind = PAGED,
		.key = paging_key_age,
		.give = record_give_route,
		.context = {.parent = args->block},
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_route_list, args, results, error);
	return melange_list (self, &list, routes_path (args->tenant, args->block, error), args->marker, args->limit,
	                     results, error);
}

#define ALL_FIELDS (IP_DRIVER_ROUTE_SET_DESTINATION | IP_DRIVER_ROUTE_SET_NETMASK | IP_DRIVER_ROUTE_SET_GATEWAY)

/* What a route is to be after an update. */
typedef struct {
	char destination[IP_TEXT];
	char netmask[IP_TEXT];
} checked;

/*
 * The service checks nothing. What the route is now comes from `json`; the rules are those of
 * ip_driver_route_create().
 */
static ip_driver_status
check_update (const ip_driver_route_update_args *args, json_t *json, checked *ret, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	const char *destination, *netmask, *gateway;
	ip_number number = 0, unused = 0, mask = 0;
	int version, gateway_version, length;

	json_reader_init (&reader, error);
	destination = args->set & IP_DRIVER_ROUTE_SET_DESTINATION
	                      ? args->destination
	                      : json_address (&reader, json, "destination", &version);
	gateway = args->set & IP_DRIVER_ROUTE_SET_GATEWAY ? args->gateway
	                                                  : json_address (&reader, json, "gateway", &gateway_version);
	if (reader.failed)
		return json_reader_status (&reader);
	version = ip_parse (destination, &number);
	gateway_version = ip_parse (gateway, &unused);
	if (version != gateway_version)
		return melange_fail (error, IP_DRIVER_INVALID, "gateway %s is not of the family of destination %s",
		                     gateway, destination);
	netmask = args->set & IP_DRIVER_ROUTE_SET_NETMASK ? args->netmask : json_text (&reader, json, "netmask");
	if (reader.failed)
		return json_reader_status (&reader);
	g_strlcpy (ret->destination, destination, sizeof ret->destination);
	ret->netmask[0] = '\0';
	if (!netmask || !*netmask)
		return IP_DRIVER_OK;
	if (!ip_netmask (version, netmask, ret->netmask))
		return melange_fail (error, IP_DRIVER_INVALID, "netmask \"%s\" is none of destination %s", netmask,
		                     destination);
	if (version == 4) {
		ip_parse (ret->netmask, &mask);
		length = __builtin_popcount ((guint32)mask);
	} else {
		length = atoi (ret->netmask);
	}
	ip_block block = ip_block_at (version, number, length);
	ip_format (version, block.first, ret->destination);
	return IP_DRIVER_OK;
}

static void
set_changed (json_t *fields, json_t *before, const char *key, const char *text)
{
	if (!before || g_strcmp0 (json_string_value (json_object_get (before, key)), text) != 0)
		melange_set_or_null (fields, key, text);
}

static ip_driver_status
melange_route_update (ip_driver_instance *instance, const ip_driver_route_update_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) before = {0}, after = {0};
	record_context context = {.parent = args->block};
	json_t *fields, *object;
	checked route;
	ip_driver_status status = IP_DRIVER_OK;

	if (self->extended)
		return melange_extension_call (self, WIRE_route_update, args, results, error);
	if (args->set != ALL_FIELDS)
		status = melange_get (self, route_path (args->tenant, args->block, args->id, error), &before, error);
	if (status == IP_DRIVER_OK)
		status = check_update (args, json_object_get (before.body, "ip_route"), &route, error);
	if (status != IP_DRIVER_OK)
		return status;
	/* What stays as it is is not sent. */
	object = json_object_get (before.body, "ip_route");
	fields = json_object ();
	set_changed (fields, object, "destination", route.destination);
	set_changed (fields, object, "netmask", *route.netmask ? route.netmask : NULL);
	if (args->set & IP_DRIVER_ROUTE_SET_GATEWAY)
		melange_set (fields, "gateway", args->gateway);
	status = melange_put (self, route_path (args->tenant, args->block, args->id, error),
	                      melange_body ("ip_route", fields), &after, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (after.body, "ip_route", record_give_route, &context, results, error)
	               : status;
}

static ip_driver_status
melange_route_delete (ip_driver_instance *instance, const char *tenant, const char *block, const char *id,
                      ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_route_delete_, tenant, block, id, NULL, error);
	return melange_delete (self, route_path (tenant, block, id, error), error);
}

const ip_driver_route_ops melange_route_ops = {
	.size = sizeof (ip_driver_route_ops),
	.create = melange_route_create,
	.get = melange_route_get,
	.list = melange_route_list,
	.update = melange_route_update,
	.delete_ = melange_route_delete,
};
