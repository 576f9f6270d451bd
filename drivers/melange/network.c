/*
 * Networks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "network.h"

#include <string.h>

#include "address.h"
#include "state.h"

/* How the service says that a block has subnets. */
#define SUBNETTED "Subnetted block"

/* Addresses that an error names. */
#define NAMED 3

static char *
allocations_path (const char *tenant, const char *network, const char *interface, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "networks", network, "interfaces", interface, "ip_allocations");
}

static gboolean
has_address (json_t *given, const char *address)
{
	json_t *item;
	gsize i;
	ip_number wanted = 0, number;
	int version = ip_parse (address, &wanted);

	json_array_foreach (given, i, item)
	{
		const char *text = json_string_value (json_object_get (item, "address"));

		if (text && ip_parse (text, &number) == version && number == wanted)
			return TRUE;
	}
	return FALSE;
}

const char *
melange_network_missing (json_t *given, const network_wish *wish)
{
	for (gsize i = 0; i < wish->address_count; i++)
		if (!has_address (given, wish->addresses[i]))
			return wish->addresses[i];
	return NULL;
}

static void
set_addresses (json_t *fields, const network_wish *wish)
{
	json_t *list;

	if (wish->address_count == 0)
		return;
	list = json_array ();
	for (gsize i = 0; i < wish->address_count; i++)
		json_array_append_new (list, json_string (wish->addresses[i]));
	json_object_set_new (fields, "addresses", list);
}

json_t *
melange_network_body (const char *network, const char *tenant, const network_wish *wish)
{
	json_t *fields = json_object ();

	melange_set (fields, "id", network);
	melange_set (fields, "tenant_id", tenant);
	set_addresses (fields, wish);
	return fields;
}

static json_t *
make_body (const vif_call *call, const network_wish *wish)
{
	json_t *fields = json_object ();

	melange_set (fields, "tenant_id", call->used_by);
	melange_set (fields, "used_by_device", wish->device);
	melange_set (fields, "mac_address", wish->mac);
	set_addresses (fields, wish);
	return melange_body ("network", fields);
}

/* Releases what was given of a wish that could not be fulfilled, and says why not. */
static ip_driver_status
refuse (vif_call *call, json_t *given, const char *missing, ip_driver_error *error)
{
	service_answer nothing = {0};
	ip_driver_status status;
	json_t *item;
	gsize i;

	/* Before anything is released, which changes what the address looks like. */
	melange_fail (error, IP_DRIVER_DUPLICATE, "address %s is allocated, or is one that is never given", missing);
	status = vif_explain (call, missing, IP_DRIVER_DUPLICATE, &nothing, error);
	if (call->made) {
		vif_call_abandon (call);
		return status;
	}
	json_array_foreach (given, i, item)
		vif_release (call->self, call->tenant,
	                     json_string_value (json_object_get (json_object_get (item, "ip_block"), "id")),
	                     json_string_value (json_object_get (item, "address")));
	return status;
}

/* Whether the answer to an allocation is one: each address makes sense, and there is one. */
static gboolean
is_given (json_t *given, const network_wish *wish, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_t *item;
	gsize i;

	json_reader_init (&reader, error);
	json_array_foreach (given, i, item)
	{
		json_t *block = json_member (&reader, item, "ip_block");
		int version;

		json_id (&reader, item, "id");
		json_address (&reader, item, "address", &version);
		json_id (&reader, block, "id");
	}
	if (!json_is_array (given))
		json_fail (&reader, "ip_addresses", "is not a list");
	else if (json_array_size (given) == 0 && wish->address_count == 0)
		json_fail (&reader, "ip_addresses", "is empty");
	return !reader.failed;
}

/* The outcome is unknown: *ret_given is what was allocated, or NULL. */
static ip_driver_status
ask (const vif_call *call, json_t **ret_given, ip_driver_error *error)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	json_auto_t *given = NULL;

	if (vif_call_given (call, &given, &unused) != IP_DRIVER_OK)
		return melange_fail_unknown (error, "addresses were allocated");
	if (json_array_size (given) > 0)
		*ret_given = g_steal_pointer (&given);
	return IP_DRIVER_OK;
}

/* An attempt that was lost may have arrived late, and have given what is wanted to the caller's interface. */
static gboolean
has_all (const vif_call *call, const network_wish *wish, json_t **ret_given)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	json_auto_t *given = NULL;

	if (call->made || ask (call, &given, &unused) != IP_DRIVER_OK || !given ||
	    melange_network_missing (given, wish))
		return FALSE;
	*ret_given = g_steal_pointer (&given);
	return TRUE;
}

static ip_driver_status
finish (vif_call *call, const network_wish *wish, json_t *given, json_t **ret_given, ip_driver_error *error)
{
	const char *missing = melange_network_missing (given, wish);
	json_t *item;
	gsize i;

	if (missing)
		return refuse (call, given, missing, error);
	json_array_foreach (given, i, item)
		melange_state_gave (call->self, json_string_value (json_object_get (item, "id")));
	*ret_given = json_incref (given);
	return IP_DRIVER_OK;
}

/* Why one of the wanted addresses was refused; of several the service does not say which. */
static ip_driver_status
explain (const vif_call *call, const network_wish *wish, ip_driver_status status, const service_answer *answer,
         ip_driver_error *error)
{
	if (wish->address_count == 1)
		return vif_explain (call, wish->addresses[0], status, answer, error);
	for (gsize i = MIN (wish->address_count, NAMED); i > 0; i--)
		melange_name (error, wish->addresses[i - 1]);
	return status;
}

/* Whether one of the blocks is a subnet of another. Those of other tenants are not among them. */
static gboolean
has_subnet (json_t *blocks, const char *id)
{
	json_t *block;
	gsize i;

	json_array_foreach (blocks, i, block)
	{
		if (g_strcmp0 (json_string_value (json_object_get (block, "parent_id")), id) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Allocates in the first of the blocks, of one family, that gives an address. OK and *ret_record NULL: none does, and
 * *ret_full says whether that is because they are full. */
static ip_driver_status
obtain_of_family (vif_call *call, const network_wish *wish, json_t *blocks, int version, json_t **ret_record,
                  gboolean *ret_full, ip_driver_error *error)
{
	json_t *block;
	gsize i;

	json_array_foreach (blocks, i, block)
	{
		const char *text = json_string_value (json_object_get (block, "cidr"));
		const char *id = json_string_value (json_object_get (block, "id"));
		ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
		ip_block cidr;
		ip_driver_status status;

		if (!id || !text || !ip_block_parse (text, &cidr) || cidr.version != version || has_subnet (blocks, id))
			continue;
		args.tenant = call->tenant;
		args.block = call->block = id;
		args.device = wish->device;
		args.mac = wish->mac;
		args.used_by_tenant = call->used_by;
		status = melange_address_obtain (call, &args, ret_record, error);
		if (status != IP_DRIVER_EXHAUSTED &&
		    !(status == IP_DRIVER_NOT_ALLOWED && strstr (error->message, SUBNETTED)))
			return status;
		*ret_full = *ret_full || status == IP_DRIVER_EXHAUSTED;
		vif_call_again (call);
	}
	return IP_DRIVER_OK;
}

/* The addresses of an interface that were allocated one by one, with their configuration. */
static ip_driver_status
load_given (const vif_call *call, json_t *records, json_t **ret_given, ip_driver_error *error)
{
	json_auto_t *all = NULL;
	json_t *item;
	gsize i;
	ip_driver_status status = melange_list_all (
		call->self, "ip_addresses", WHOLE,
		allocations_path (call->tenant, call->network, call->interface, error), &all, NULL, error);

	if (status != IP_DRIVER_OK)
		return status;
	*ret_given = json_array ();
	json_array_foreach (all, i, item)
	{
		const char *address = json_string_value (json_object_get (item, "address"));

		if (address && has_address (records, address))
			json_array_append (*ret_given, item);
	}
	return IP_DRIVER_OK;
}

/* The service gives up at the oldest block of a family if it has subnets, although a later one, perhaps one of
 * these, would do. */
static ip_driver_status
obtain_by_blocks (vif_call *call, const network_wish *wish, json_t **ret_given, ip_driver_error *error)
{
	static const int versions[] = {4, 6};
	json_auto_t *blocks = NULL, *records = json_array ();
	json_t *record;
	gboolean full = FALSE;
	gsize i;
	ip_driver_error refusal = *error;
	ip_driver_status status = melange_list_all (
		call->self, "ip_blocks", WHOLE, melange_tenant_path (error, call->tenant, "networks", call->network),
		&blocks, NULL, error);

	vif_call_again (call);
	/* What the call leaves behind is looked for block by block. */
	for (i = 0; status == IP_DRIVER_OK && i < G_N_ELEMENTS (versions); i++) {
		json_auto_t *one = NULL;

		status = obtain_of_family (call, wish, blocks, versions[i], &one, &full, error);
		if (!one)
			continue;
		json_array_append (records, one);
		call->in_use = TRUE;
	}
	call->block = NULL;
	if (status == IP_DRIVER_OK && json_array_size (records) == 0) {
		*error = refusal;
		return full ? melange_fail (error, IP_DRIVER_EXHAUSTED, "the blocks of network %s are full",
		                            call->network)
		            : refusal.status;
	}
	if (status == IP_DRIVER_OK)
		status = load_given (call, records, ret_given, error);
	if (status == IP_DRIVER_OK)
		return status;
	vif_call_abandon (call);
	json_array_foreach (records, i, record)
	{
		if (!call->made)
			vif_release (call->self, call->tenant,
			             json_string_value (json_object_get (record, "ip_block_id")),
			             json_string_value (json_object_get (record, "address")));
	}
	return status;
}

ip_driver_status
melange_network_obtain (vif_call *call, const network_wish *wish, json_t **ret_given, ip_driver_error *error)
{
	guint attempts = 0, races = 0;

	call->several = wish->address_count > 1;
	for (;;) {
		g_auto (service_answer) answer = {0};
		json_auto_t *found = NULL;
		gboolean unknown;
		ip_driver_status status = melange_once (
			call->self, "POST", allocations_path (call->tenant, call->network, call->interface, error),
			make_body (call, wish), &answer, &unknown, error);

		if (status == IP_DRIVER_OK) {
			json_t *given = json_object_get (answer.body, "ip_addresses");

			if (is_given (given, wish, error)) {
				if (attempts > 0 && melange_network_missing (given, wish) &&
				    has_all (call, wish, &found))
					given = found;
				return finish (call, wish, given, ret_given, error);
			}
			status = error->status;
		} else if (!unknown) {
			if (attempts > 0 && wish->address_count > 0 && has_all (call, wish, &found))
				return finish (call, wish, found, ret_given, error);
			vif_call_undo (call, status, &answer);
			if (status == IP_DRIVER_CONFLICT && ++races < VIF_RACES) {
				vif_call_again (call);
				continue;
			}
			if (status == IP_DRIVER_NOT_ALLOWED && wish->address_count == 0 &&
			    strstr (error->message, SUBNETTED))
				return obtain_by_blocks (call, wish, ret_given, error);
			return explain (call, wish, status, &answer, error);
		}
		ip_driver_error failure = *error;
		ip_driver_status asked = ask (call, &found, error);
		if (asked == IP_DRIVER_OK && found)
			return finish (call, wish, found, ret_given, error);
		if (asked == IP_DRIVER_OK && ++attempts < VIF_ATTEMPTS) {
			vif_call_again (call);
			continue;
		}
		vif_call_abandon (call);
		if (asked != IP_DRIVER_OK)
			return asked;
		*error = failure;
		return status;
	}
}

static gint
version_of (json_t *item)
{
	ip_number unused;
	const char *text = json_string_value (json_object_get (item, "address"));

	return text ? ip_parse (text, &unused) : 0;
}

/* Gives one version of what was given; 0: any. */
static void
give_version (json_reader *reader, json_t *given, int version, const record_context *context,
              ip_driver_results *results)
{
	json_t *item;
	gsize i;

	json_array_foreach (given, i, item)
	{
		if (!reader->failed && (version == 0 || version_of (item) == version))
			record_give_allocation (reader, item, context, results);
	}
}

static ip_driver_status
melange_network_allocate (ip_driver_instance *instance, const ip_driver_network_allocate_args *args,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	network_wish wish = {
		.device = args->device,
		.mac = args->mac,
		.addresses = args->addresses,
		.address_count = args->address_count,
	};
	g_auto (vif_call) call = {0};
	g_auto (json_reader) reader = {0};
	json_auto_t *given = NULL;
	record_context context = {.device = args->device};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_network_allocate, args, results, error);
	vif_call_init (&call, self, args->tenant, args->used_by_tenant, args->interface, args->device, args->mac);
	call.network = args->network;
	context.tenant = call.used_by;
	json_reader_init (&reader, error);
	status = melange_network_obtain (&call, &wish, &given, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (args->address_count > 0) {
		give_version (&reader, given, 0, &context, results);
	} else {
		give_version (&reader, given, 4, &context, results);
		give_version (&reader, given, 6, &context, results);
	}
	return json_reader_status (&reader);
}

static ip_driver_status
melange_network_get (ip_driver_instance *instance, const ip_driver_network_get_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "ip_blocks",
		.kind = WHOLE,
		.key = paging_key_age,
		.in_order = TRUE,
		.give = record_give_block,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_network_get, args, results, error);
	return melange_list (self, &list, melange_tenant_path (error, args->tenant, "networks", args->network),
	                     args->marker, args->limit, results, error);
}

/* In numeric order: blocks of one network do not overlap. */
static char *
allocation_key (json_reader *reader, json_t *item)
{
	int version;
	const char *address = json_address (reader, item, "address", &version);
	ip_number number = 0;

	if (reader->failed)
		return NULL;
	ip_parse (address, &number);
	return g_strdup_printf ("%d,%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", version,
	                        (guint64)(number >> 64), (guint64)number);
}

static ip_driver_status
melange_network_list (ip_driver_instance *instance, const ip_driver_network_list_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "ip_addresses",
		.kind = WHOLE,
		.key = allocation_key,
		.give = record_give_allocation,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_network_list, args, results, error);
	return melange_list (self, &list, allocations_path (args->tenant, args->network, args->interface, error),
	                     args->marker, args->limit, results, error);
}

static ip_driver_status
melange_network_deallocate (ip_driver_instance *instance, const char *tenant, const char *network,
                            const char *interface, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_network_deallocate, tenant, network, interface, NULL,
		                                   error);
	return melange_delete (self, allocations_path (tenant, network, interface, error), error);
}

const ip_driver_network_ops melange_network_ops = {
	.size = sizeof (ip_driver_network_ops),
	.get = melange_network_get,
	.allocate = melange_network_allocate,
	.list = melange_network_list,
	.deallocate = melange_network_deallocate,
};
