/*
 * The whole IPAM in memory, for the property test to hold the native driver against: the contracts of
 * include/ip_driver/ in the plainest form. Arrays of plain values and linear scans; references are
 * ids; nothing is counted, cached or indexed, so that nothing can be out of step.
 *
 * OUTCOMES. The contracts name the failures of an operation, not which of two that both apply is
 * reported. An operation therefore returns the set of statuses that are right, a bit per status
 * (model_can()). It has happened if IP_DRIVER_OK is the only one. In the few cases that the
 * contracts leave to the driver, OK stands beside others and the operation has happened if
 * `follow` is IP_DRIVER_OK.
 *
 * IDS that the driver makes up are told to the model beforehand (`hints`): the address ids by block and
 * address, so the model still decides for itself which address it gives.
 *
 * TIME is the number of the step; a second is MODEL_SECOND steps.
 */
#ifndef TESTS_NATIVE_MODEL_MODEL_H
#define TESTS_NATIVE_MODEL_MODEL_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

#define MODEL_SECOND G_GINT64_CONSTANT (1000000)

typedef guint32 model_outcome;
#define MODEL_OK (1u << IP_DRIVER_OK)

typedef unsigned __int128 model_value;

/* Texts live as long as the model, ids are compared as texts. */
typedef struct {
	const char *id, *tenant, *network, *gateway, *dns1, *dns2, *policy, *parent;
	model_value first, last;
	int type, version, prefix;
} model_block;

typedef enum {
	MODEL_FREE, /* was used once */
	MODEL_ALLOCATED,
	MODEL_RESTING
} model_state;

/* An address that was ever allocated. */
typedef struct {
	const char *block;
	model_value value;
	model_state state;
	const char *id, *tenant, *interface;
	/* Of its request: tenant, key, and what was asked for. */
	const char *key_tenant, *key, *asked;
	gboolean hold;
	/* Released, but allowed on an interface: it goes with the last allowance. */
	gboolean outlived;
	/* since: it is in use for good; released_at: of a free one, too; free_at: when the rest is over. */
	gint64 since, released_at, free_at;
	gboolean leased;
	gint64 leased_until;
	const char *lease_mac, *lease_client, *lease_hostname;
} model_address;

typedef struct {
	const char *id, *tenant, *device, *mac;
	const char *key, *asked; /* the key's tenant is its own */
	/* Made for a hold, and goes with it. */
	gboolean hold;
} model_interface;

typedef struct {
	const char *id, *tenant, *name, *description;
} model_policy;

typedef struct {
	const char *id, *policy;
	gint64 offset;
	guint64 length;
} model_policy_range;

typedef struct {
	const char *id, *policy;
	int octet;
} model_policy_octet;

typedef struct {
	const char *id, *block, *destination, *netmask, *gateway;
} model_route;

typedef struct {
	const char *id;
	guint64 first, last;
	int prefix;
} model_mac_range;

/* A MAC that was given back to a range. */
typedef struct {
	const char *range;
	guint64 mac;
	gint64 since;
} model_mac_rest;

typedef struct {
	const char *interface, *block;
	model_value value;
} model_allowance;

typedef struct {
	const char *local_block, *global_block;
	model_value local, global;
} model_pair;

/* All that there is. Arrays in order of creation, so that a copy is a copy of the arrays. */
typedef struct {
	GArray *blocks, *addresses, *interfaces, *policies, *ranges, *octets, *routes, *mac_ranges, *mac_rests,
		*allowances, *pairs;
} model_data;

typedef enum {
	MODEL_RFC2462,
	MODEL_TENANT,
	/* Wherever the driver says, as long as it is free. */
	MODEL_ANYWHERE
} model_generator;

typedef struct {
	model_data data;
	GStringChunk *texts;
	/* Configuration. */
	gint64 quarantine; /* seconds */
	gboolean network_address;
	const char *dns1, *dns2, *default_cidr;
	model_generator generator;
	/* The step, and the driver's answer to it. */
	gint64 now;
	ip_driver_status follow;
	GHashTable *address_ids;   /* "block address" to id */
	GHashTable *address_users; /* "block address" to interface, or "" */
	GPtrArray *interface_ids;
	GHashTable *block_ids; /* network to id of the block that was made there */
} model;

model *model_new (void);
void model_free (model *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (model, model_free)

/* A copy of all that there is, for a transaction to go back to. */
model_data model_data_copy (const model_data *data);
void model_data_free (model_data *data);

gboolean model_can (model_outcome outcome, ip_driver_status status);
/* The next step: time passes, the hints are forgotten. */
void model_step (model *self);
void model_hint_address (model *self, const ip_driver_address *address);
/* An address with its block, which may be new. */
void model_hint_allocation (model *self, const ip_driver_allocation *allocation);
void model_hint_interface (model *self, const char *id);
/* After a step: learns which addresses the driver has ended by itself, where it may. */
void model_learn_ended (model *self, gboolean (*lives) (const char *block, const char *address, gpointer data),
                        gpointer data);

/* For the test to choose from. */
model_block *model_find_block (model *self, const char *id);
model_address *model_find_address (model *self, const char *block, model_value value);
model_interface *model_find_interface (model *self, const char *id);
const char *model_address_text (model *self, const model_address *address);
const char *model_value_text (model *self, int version, model_value value);

/* The operations, of the same name in the ABI. Lists come whole. Results are rendered to `out`. */
model_outcome model_block_create (model *self, const ip_driver_block_create_args *args, GString *out);
model_outcome model_block_get (model *self, const char *tenant, const char *id, GString *out);
model_outcome model_block_list (model *self, const ip_driver_block_list_args *args, GString *out);
model_outcome model_block_update (model *self, const ip_driver_block_update_args *args, GString *out);
model_outcome model_block_delete (model *self, const char *tenant, const char *id);
/* Of blocks of at most 2^16 addresses. */
model_outcome model_block_usage (model *self, const char *tenant, const char *id, GString *out);
model_outcome model_subnet_create (model *self, const ip_driver_subnet_create_args *args, GString *out);
model_outcome model_subnet_list (model *self, const ip_driver_subnet_list_args *args, GString *out);

model_outcome model_address_allocate (model *self, const ip_driver_address_allocate_args *args, GString *out);
model_outcome model_address_confirm (model *self, const ip_driver_address_refs_args *args);
model_outcome model_address_cancel (model *self, const ip_driver_address_refs_args *args);
model_outcome model_address_get (model *self, const char *tenant, const char *block, const char *address, GString *out);
model_outcome model_address_list (model *self, const ip_driver_address_list_args *args, GString *out);
model_outcome model_address_find (model *self, const ip_driver_address_find_args *args, GString *out);
model_outcome model_address_deallocate (model *self, const ip_driver_address_deallocate_args *args);
model_outcome model_address_restore (model *self, const char *tenant, const char *block, const char *address,
                                     GString *out);
model_outcome model_address_purge (model *self, const ip_driver_address_purge_args *args, GString *out);
/* snapshot: the step at which the token was given. Renders which addresses were released, unordered. */
model_outcome model_address_reconcile (model *self, const ip_driver_address_reconcile_args *args, gint64 snapshot,
                                       GString *out);

model_outcome model_network_get (model *self, const ip_driver_network_get_args *args, GString *out);
model_outcome model_network_allocate (model *self, const ip_driver_network_allocate_args *args, GString *out);
model_outcome model_network_list (model *self, const ip_driver_network_list_args *args, GString *out);
model_outcome model_network_deallocate (model *self, const char *tenant, const char *network, const char *interface);

model_outcome model_interface_create (model *self, const ip_driver_interface_create_args *args, GString *out);
model_outcome model_interface_get (model *self, const char *tenant, const char *id, GString *out);
model_outcome model_interface_delete (model *self, const char *tenant, const char *id);
model_outcome model_interface_list (model *self, const ip_driver_interface_list_args *args, GString *out);
model_outcome model_interface_replace_all (model *self, const ip_driver_interface_replace_all_args *args, GString *out);
model_outcome model_interface_delete_all (model *self, const char *tenant, const char *device);

model_outcome model_allowed_ip_allow (model *self, const ip_driver_allowed_ip_allow_args *args, GString *out);
model_outcome model_allowed_ip_get (model *self, const char *tenant, const char *interface, const char *address,
                                    GString *out);
model_outcome model_allowed_ip_list (model *self, const ip_driver_allowed_ip_list_args *args, GString *out);
model_outcome model_allowed_ip_disallow (model *self, const char *tenant, const char *interface, const char *address);

model_outcome model_nat_add (model *self, const ip_driver_nat_args *args);
model_outcome model_nat_remove (model *self, const ip_driver_nat_args *args);
model_outcome model_nat_list_globals (model *self, const ip_driver_nat_list_args *args, GString *out);
model_outcome model_nat_list_locals (model *self, const ip_driver_nat_list_args *args, GString *out);

model_outcome model_lease_grant (model *self, const ip_driver_lease_grant_args *args, GString *out);
model_outcome model_lease_release (model *self, const char *tenant, const char *block, const char *address);
model_outcome model_lease_get (model *self, const char *tenant, const char *block, const char *address, GString *out);
/* expired_at: 0 or not, which is taken for now. */
model_outcome model_lease_list (model *self, const ip_driver_lease_list_args *args, GString *out);
model_outcome model_lease_expire (model *self, const ip_driver_lease_expire_args *args, GString *out);

model_outcome model_policy_create (model *self, const ip_driver_policy_create_args *args, GString *out);
model_outcome model_policy_get (model *self, const char *tenant, const char *id, GString *out);
model_outcome model_policy_list (model *self, const ip_driver_policy_list_args *args, GString *out);
model_outcome model_policy_update (model *self, const ip_driver_policy_update_args *args, GString *out);
model_outcome model_policy_delete (model *self, const char *tenant, const char *id);
model_outcome model_policy_range_create (model *self, const ip_driver_policy_range_create_args *args, GString *out);
model_outcome model_policy_range_get (model *self, const char *tenant, const char *policy, const char *id,
                                      GString *out);
model_outcome model_policy_range_list (model *self, const ip_driver_policy_part_list_args *args, GString *out);
model_outcome model_policy_range_update (model *self, const ip_driver_policy_range_update_args *args, GString *out);
model_outcome model_policy_range_delete (model *self, const char *tenant, const char *policy, const char *id);
model_outcome model_policy_octet_create (model *self, const ip_driver_policy_octet_create_args *args, GString *out);
model_outcome model_policy_octet_get (model *self, const char *tenant, const char *policy, const char *id,
                                      GString *out);
model_outcome model_policy_octet_list (model *self, const ip_driver_policy_part_list_args *args, GString *out);
model_outcome model_policy_octet_update (model *self, const ip_driver_policy_octet_update_args *args, GString *out);
model_outcome model_policy_octet_delete (model *self, const char *tenant, const char *policy, const char *id);

model_outcome model_route_create (model *self, const ip_driver_route_create_args *args, GString *out);
model_outcome model_route_get (model *self, const char *tenant, const char *block, const char *id, GString *out);
model_outcome model_route_list (model *self, const ip_driver_route_list_args *args, GString *out);
model_outcome model_route_update (model *self, const ip_driver_route_update_args *args, GString *out);
model_outcome model_route_delete (model *self, const char *tenant, const char *block, const char *id);

model_outcome model_mac_range_create (model *self, const ip_driver_mac_range_create_args *args, GString *out);
model_outcome model_mac_range_get (model *self, const char *id, GString *out);
model_outcome model_mac_range_list (model *self, GString *out);
model_outcome model_mac_range_delete (model *self, const char *id);

#endif
