/*
 * MAC ranges. They belong to no tenant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "create.h"
#include "paging.h"

static char *
ranges_path (ip_driver_error *error)
{
	return melange_path (error, "mac_address_ranges", NULL);
}

static char *
range_path (const char *id, ip_driver_error *error)
{
	return melange_path (error, "mac_address_ranges", id, NULL);
}

static void
parse_range (const char *cidr, guint64 *ret_first, guint64 *ret_last)
{
	char canonical[IP_TEXT] = "";
	guint64 hosts;

	*ret_first = 0;
	ip_mac_range (cidr, canonical);
	for (const char *c = canonical; *c && *c != '/'; c++)
		if (*c != ':')
			*ret_first = *ret_first << 4 | (guint64)g_ascii_xdigit_value (*c);
	hosts = (G_GUINT64_CONSTANT (1) << (48 - atoi (strchr (canonical, '/') + 1))) - 1;
	*ret_last = *ret_first | hosts;
}

/* The service would accept a range that overlaps another. One that is no range at all is somebody else's. */
static ip_driver_status
check_overlap (melange_instance *self, const char *cidr, ip_driver_error *error)
{
	json_auto_t *all = NULL;
	json_t *range;
	guint64 first, last, other_first, other_last;
	gsize i;
	ip_driver_status status =
		melange_list_all (self, "mac_address_ranges", WHOLE, ranges_path (error), &all, NULL, error);

	if (status != IP_DRIVER_OK)
		return status;
	parse_range (cidr, &first, &last);
	json_array_foreach (all, i, range)
	{
		const char *other = json_string_value (json_object_get (range, "cidr"));
		char canonical[IP_TEXT];

		if (!other || !ip_mac_range (other, canonical))
			continue;
		parse_range (other, &other_first, &other_last);
		if (first <= other_last && other_first <= last)
			return melange_fail (error, IP_DRIVER_NOT_ALLOWED, "MAC range %s overlaps %s", cidr, canonical);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
melange_mac_range_create (ip_driver_instance *instance, const ip_driver_mac_range_create_args *args,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (creation) creation = {.name = "mac_address_range", .list_name = "mac_address_ranges", .kind = WHOLE};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_mac_range_create, args, results, error);
	status = check_overlap (self, args->cidr, error);
	if (status != IP_DRIVER_OK)
		return status;
	creation.path = ranges_path (error);
	creation.fields = json_object ();
	melange_set (creation.fields, "cidr", args->cidr);
	return melange_create_and_give (self, &creation, record_give_mac_range, NULL, results, error);
}

static ip_driver_status
melange_mac_range_get (ip_driver_instance *instance, const char *id, ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_mac_range_get, NULL, id, NULL, results, error);
	status = melange_get (self, range_path (id, error), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "mac_address_range", record_give_mac_range, NULL, results, error)
	               : status;
}

static ip_driver_status
melange_mac_range_list (ip_driver_instance *instance, const ip_driver_mac_range_list_args *args,
                        ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "mac_address_ranges",
		.kind = WHOLE,
		.key = paging_key_age,
		.give = record_give_mac_range,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_mac_range_list, args, results, error);
	return melange_list (self, &list, ranges_path (error), args->marker, args->limit, results, error);
}

static ip_driver_status
melange_mac_range_delete (ip_driver_instance *instance, const char *id, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_mac_range_delete_, NULL, id, NULL, NULL, error);
	return melange_delete (self, range_path (id, error), error);
}

const ip_driver_mac_range_ops melange_mac_range_ops = {
	.size = sizeof (ip_driver_mac_range_ops),
	.create = melange_mac_range_create,
	.get = melange_mac_range_get,
	.list = melange_mac_range_list,
	.delete_ = melange_mac_range_delete,
};
