/*
 * Inside globals of a local address, and inside locals of a global one: the two directions of the same pairs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "forms.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_globals, ip_driver_nat_list_args, ip_driver_addresses, ip_driver_nat_list_globals,
                     represent_address)
PAGING_DEFINE_FETCH (fetch_locals, ip_driver_nat_list_args, ip_driver_addresses, ip_driver_nat_list_locals,
                     represent_address)

/* One direction: what the partners of the path's address are. */
typedef struct {
	paging_fetch fetch;
	gboolean partners_are_globals;
} direction;

static const direction globals = {fetch_globals, TRUE};
static const direction locals = {fetch_locals, FALSE};

static void
set_pairs (ip_driver_nat_args *args, const direction *self, const ip_driver_address_ref *own,
           const ip_driver_address_ref *partners, gsize count)
{
	args->locals = self->partners_are_globals ? own : partners;
	args->local_count = self->partners_are_globals ? 1 : count;
	args->globals = self->partners_are_globals ? partners : own;
	args->global_count = self->partners_are_globals ? count : 1;
}

static void
list_partners (const server_request *request, const direction *self, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	args.address = text;
	if (args.block == NULL)
		return;
	if (!paging_answer (request, "ip_addresses", FALSE, self->fetch, &args, answer, &error))
		fault_in_block (request, &error, "IpAddress", answer);
}

/* Whether an address is there to be paired, at rest or not; if not, that is answered. */
static gboolean
check_ref (const server_request *request, const ip_driver_address_ref *ref, server_answer *answer)
{
	g_autoptr (ip_driver_address) address = NULL;
	g_autoptr (ip_driver_block) block = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (!g_uuid_string_is_valid (ref->block) ||
	    ip_driver_block_get (request->driver, params_tenant (request), ref->block, &block, &error) ==
	            IP_DRIVER_NOT_FOUND) {
		fault_not_found (answer, "IpBlock");
	} else if (block == NULL || ip_driver_address_get (request->driver, params_tenant (request), ref->block,
	                                                   ref->address, &address, &error) != IP_DRIVER_OK) {
		if (error.status == IP_DRIVER_NOT_FOUND)
			fault_not_found (answer, "IpAddress");
		else
			server_answer_error (answer, &error);
	}
	return address != NULL;
}

/* Reads one element of the body's list, whose texts live in `body`. */
static gboolean
read_ref (params *body, json_t *value, ip_driver_address_ref *ref, server_answer *answer)
{
	g_auto (params) element = {0};
	const char *address;

	params_open_value (&element, value, "ip_address", answer);
	ref->block = params_only_text (&element, "ip_block_id");
	address = params_address (&element, "ip_address");
	if (element.failed)
		return FALSE;
	if (ref->block == NULL || address == NULL) {
		fault_set (answer, 400, IP_DRIVER_INVALID, "%s should be present",
		           ref->block == NULL ? "ip_block_id" : "ip_address");
		return FALSE;
	}
	ref->address = params_keep (body, g_strdup (address));
	return TRUE;
}

static void
add_partners (const server_request *request, const direction *self, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	json_t *list = json_object_get (request->body, "ip_addresses"), *value;
	ip_driver_address_ref own = {.address = text};
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree ip_driver_address_ref *partners = g_new0 (ip_driver_address_ref, json_array_size (list) + 1);
	gsize count = json_array_size (list), i;
	g_auto (params) body = {0};

	own.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (own.block == NULL)
		return;
	if (!json_is_array (list)) {
		fault_set (answer, 400, IP_DRIVER_INVALID, "ip_addresses is not a list");
		return;
	}
	json_array_foreach (list, i, value)
	{
		if (!read_ref (&body, value, &partners[i], answer))
			return;
	}
	args.tenant = params_tenant (request);
	set_pairs (&args, self, &own, partners, count);
	if (count == 0) {
		if (check_ref (request, &own, answer))
			server_answer_set (answer, 200, NULL);
		return;
	}
	/* An id that is none is no block; the ABI would call it malformed. */
	for (i = 0; i < count; i++) {
		if (!g_uuid_string_is_valid (partners[i].block)) {
			if (check_ref (request, &own, answer))
				fault_not_found (answer, "IpBlock");
			return;
		}
	}
	if (ip_driver_nat_add (request->driver, &args, &error) == IP_DRIVER_OK) {
		server_answer_set (answer, 200, NULL);
		return;
	}
	if (error.status == IP_DRIVER_LOCKED) {
		fault_reword (answer, 422, &error, "Address is locked");
	} else if (error.status == IP_DRIVER_NOT_FOUND) {
		/* Which of them it is. */
		gboolean there = check_ref (request, &own, answer);

		for (i = 0; i < count && there; i++)
			there = check_ref (request, &partners[i], answer);
		if (there)
			server_answer_error (answer, &error);
	} else {
		server_answer_error (answer, &error);
	}
}

/* The partners that have an address, in whatever block. Texts live in `body`. FALSE: `error` says why. */
static gboolean
find_partners (const server_request *request, const direction *self, const ip_driver_address_ref *own,
               const char *address, params *body, GArray *partners, ip_driver_error *error)
{
	g_autofree char *wanted = forms_long_address (address);
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	json_t *all, *value;
	gsize i;

	args.tenant = params_tenant (request);
	args.block = own->block;
	args.address = own->address;
	all = paging_all (request->driver, self->fetch, &args, error);
	if (all == NULL)
		return FALSE;
	json_array_foreach (all, i, value)
	{
		const char *block = json_string_value (json_object_get (value, "ip_block_id"));
		ip_driver_address_ref partner = {0};

		if (g_strcmp0 (json_string_value (json_object_get (value, "address")), wanted) != 0)
			continue;
		partner.block = params_keep (body, g_strdup (block));
		partner.address = address;
		g_array_append_val (partners, partner);
	}
	json_decref (all);
	return TRUE;
}

static void
remove_partners (const server_request *request, const direction *self, server_answer *answer)
{
	g_autoptr (GArray) partners = g_array_new (FALSE, FALSE, sizeof (ip_driver_address_ref));
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	const char *wanted = g_hash_table_lookup (request->path, "partner");
	g_autofree char *partner = wanted != NULL ? forms_address (wanted) : NULL;
	ip_driver_address_ref own = {.address = text};
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_auto (params) body = {0};

	own.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (own.block == NULL)
		return;
	if (partner != NULL && !find_partners (request, self, &own, partner, &body, partners, &error)) {
		fault_in_block (request, &error, "IpAddress", answer);
		return;
	}
	args.tenant = params_tenant (request);
	set_pairs (&args, self, &own, (const ip_driver_address_ref *)(const void *)partners->data, partners->len);
	/* With no partner left, the call would end all pairs. */
	if ((partner != NULL && partners->len == 0) ||
	    ip_driver_nat_remove (request->driver, &args, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_block (request, &error, "IpAddress", answer);
}

void
nat_globals_index (const server_request *request, server_answer *answer)
{
	list_partners (request, &globals, answer);
}

void
nat_globals_create (const server_request *request, server_answer *answer)
{
	add_partners (request, &globals, answer);
}

void
nat_globals_delete (const server_request *request, server_answer *answer)
{
	remove_partners (request, &globals, answer);
}

void
nat_locals_index (const server_request *request, server_answer *answer)
{
	list_partners (request, &locals, answer);
}

void
nat_locals_create (const server_request *request, server_answer *answer)
{
	add_partners (request, &locals, answer);
}

void
nat_locals_delete (const server_request *request, server_answer *answer)
{
	remove_partners (request, &locals, answer);
}
