/*
 * A recorded request as a call of the ABI: the table that says which call makes which request, and what the functions
 * of the table work with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_CALL_H
#define TESTS_MELANGE_REPLAY_CALL_H

#include "transcript.h"
#include "view.h"

typedef struct {
	/* Given. */
	ip_driver *driver;
	const transcript *scenario;
	transcript_names *names;
	/* What the path and the query hold, decoded: text to text. */
	GHashTable *path;
	GHashTable *query;
	/* What stands in the body below its one key; an empty object if there is none. */
	json_t *model;
	/* The recorded answer; NULL: no JSON. */
	json_t *answer;
	/* The next_marker that the ABI gave for the marker of a link: text to text. */
	GHashTable *markers;
	/* Keys of the model and of the query that became arguments. */
	GHashTable *read;

	/* What became of it. NULL: the call was made; otherwise why it cannot be (static text). */
	const char *skipped;
	ip_driver_status status;
	ip_driver_error error;
	/* What the call gave, and what it should have: of successes that give anything. */
	json_t *result;
	json_t *expected;
	/* Of a list; NULL: it was the last page. */
	char *next_marker;
	/* The ABI lists in an order of its own. */
	gboolean any_order;
} call;

typedef void (*call_function) (call *self);

/* Finds what makes a request; the variables of its path are put into `variables`. path: below /v0.1, without query and
 * suffix. NULL: nothing does. */
call_function call_find (const char *method, const char *path, GHashTable *variables);

/* A variable of the path. */
const char *call_path (const call *self, const char *name);
/* A member of the model as an argument. Missing or null: NULL. Of another type than asked for: the call is skipped. */
const char *call_text (call *self, const char *key);
gint64 call_number (call *self, const char *key);
json_t *call_member (call *self, const char *key);
gboolean call_has (const call *self, const char *key);
/* A parameter of the query; NULL: not given. */
const char *call_query (call *self, const char *name);
uint32_t call_limit (call *self);
const char *call_marker (call *self);
/* The tenant that something belongs to, as the scenario tells somewhere: an object with this text at `key`, and a
 * tenant_id. None: the call is skipped. */
const char *call_tenant_of (call *self, const char *key, const char *text);
/* Likewise the block that an address was allocated in. */
const char *call_block_of (call *self, const char *address);

/* Whether the call can be made: nothing skipped it, and each part of the request became an argument. */
gboolean call_ready (call *self);

/* What a successful call gave, and the key of the recorded answer that it must have come from. */
void call_gave (call *self, json_t *result, const char *key, view_recorded view);
void call_gave_list (call *self, json_t *list, const char *next_marker, const char *key, view_recorded view);

/* The items of a list of the ABI, as call_gave_list() wants them. */
#define CALL_VIEW_LIST(list, view, ret)                                                                                \
	do {                                                                                                           \
		ret = json_array ();                                                                                   \
		for (size_t at = 0; at < (list)->count; at++)                                                          \
			json_array_append_new (ret, view ((list)->items[at]));                                         \
	} while (0)

/* call_block.c */
void call_block_create (call *self);
void call_block_list (call *self);
void call_block_get (call *self);
void call_block_update (call *self);
void call_block_delete (call *self);
void call_subnet_create (call *self);
void call_subnet_list (call *self);
void call_route_create (call *self);
void call_route_list (call *self);
void call_route_get (call *self);
void call_route_update (call *self);
void call_route_delete (call *self);
/* call_address.c */
void call_address_allocate (call *self);
void call_address_list_of_block (call *self);
void call_address_list_of_tenant (call *self);
void call_address_get (call *self);
void call_address_deallocate (call *self);
void call_address_restore (call *self);
void call_nat_list_globals (call *self);
void call_nat_list_locals (call *self);
void call_nat_add_globals (call *self);
void call_nat_add_locals (call *self);
void call_nat_remove_globals (call *self);
void call_nat_remove_locals (call *self);
void call_allowed_ip_allow (call *self);
void call_allowed_ip_list (call *self);
void call_allowed_ip_get (call *self);
void call_allowed_ip_disallow (call *self);
/* call_interface.c */
void call_network_get (call *self);
void call_network_allocate (call *self);
void call_network_list (call *self);
void call_network_deallocate (call *self);
void call_interface_create (call *self);
void call_interface_get (call *self);
void call_interface_delete (call *self);
void call_interface_replace_all (call *self);
void call_interface_list (call *self);
void call_interface_delete_all (call *self);
void call_mac_range_create (call *self);
void call_mac_range_list (call *self);
void call_mac_range_get (call *self);
void call_mac_range_delete (call *self);
/* call_policy.c */
void call_policy_create (call *self);
void call_policy_list (call *self);
void call_policy_get (call *self);
void call_policy_update (call *self);
void call_policy_delete (call *self);
void call_policy_range_create (call *self);
void call_policy_range_list (call *self);
void call_policy_range_get (call *self);
void call_policy_range_update (call *self);
void call_policy_range_delete (call *self);
void call_policy_octet_create (call *self);
void call_policy_octet_list (call *self);
void call_policy_octet_get (call *self);
void call_policy_octet_update (call *self);
void call_policy_octet_delete (call *self);

#endif
