/* What the files of the model share. */
#ifndef TESTS_NATIVE_MODEL_PARTS_H
#define TESTS_NATIVE_MODEL_PARTS_H

#include <string.h>

#include "model.h"
#include "render.h"

/* The outcome "fails with that". */
#define CAN(status) (1u << IP_DRIVER_##status)

/* Element i of an array of the model's data. */
#define AT(array, type, i) (&g_array_index (array, type, i))

/* Text that lives as long as the model; NULL is NULL. */
const char *keep (model *self, const char *text);
gboolean same (const char *a, const char *b);
/* NULL fits everything. */
gboolean fits (const char *filter, const char *value);

typedef struct {
	int version;
	model_value value;
} model_ip;

model_ip parse_ip (const char *text);
/* A CIDR's ends; host bits are cleared. */
void parse_cidr (const char *text, int *version, int *prefix, model_value *first, model_value *last);
void make_cidr (int version, int prefix, model_value address, model_value *first, model_value *last);
const char *format_cidr (model *self, int version, model_value first, int prefix);
guint64 parse_mac (const char *text);
const char *format_mac (model *self, guint64 mac);

/* What an operation that is still to be undone began with. finish: undoes it unless the outcome is
 * MODEL_OK, alone or, with others, as the driver says; returns the outcome. */
model_data begin (model *self);
model_outcome finish (model *self, model_data *before, model_outcome outcome);
/* Of two parts of one operation: each may fail, and both must succeed. */
model_outcome combine (model_outcome one, model_outcome other);
/* For outcomes before anything is changed: whether to go on. */
gboolean goes_on (model *self, model_outcome outcome);

/* A block that the tenant (NULL: any) can see. */
model_block *seen_block (model *self, const char *tenant, const char *id);
gboolean has_subnets (model *self, const char *block);
gboolean in_block (const model_block *block, model_ip ip);
/* Never given, whatever the policy. */
gboolean is_reserved (model *self, const model_block *block, model_value value);
gboolean is_denied (model *self, const model_block *block, model_value value);
/* The last address of the longest range that contains the value; the value itself if none does. */
model_value last_denied (model *self, const model_block *block, model_value value);
/* Of its network: its parent, if it has one, is on none. */
gboolean is_top_level (model *self, const model_block *block);
/* What failures the network's other blocks mean for a CIDR of that type on it. */
model_outcome check_network (model *self, const char *network, int type, gboolean root, int version, model_value first,
                             model_value last, const char *except);
void describe_block (model *self, const model_block *block, ip_driver_block *ret);

/* Allocated and resting addresses in list order; elements belong to the model. */
GPtrArray *living (model *self);
void describe_address (model *self, const model_address *address, ip_driver_address *ret);
void put_address (model *self, const model_address *address, GString *out);
void put_allocation (model *self, const model_address *address, GString *out);
/* Releases as ip_driver_address_deallocate(). */
void release (model *self, model_address *address);
/* Ends a hold or a rest. */
void set_free (model *self, model_address *address);

/* For whom, and as what, addresses are allocated. */
typedef struct {
	const char *tenant, *interface, *mac;
	const char *key_tenant, *key, *asked;
	const char *id;
	gboolean hold;
} model_owner;

/* Allocates the next address of a block: EXHAUSTED, or INVALID for want of a MAC, or OK. */
model_outcome take_next (model *self, const char *block, const model_owner *owner, model_value *ret);
model_outcome take_given (model *self, const char *block, const model_owner *owner, const char *text, model_value *ret);
/* What a key was used for, while something of it lives; NULL: it is free. */
const char *asked_with (model *self, const char *tenant, const char *key);

/* Finds or makes the interface of an allocation. *ret is its id, or NULL. network: where it must be. */
model_outcome ensure_interface (model *self, const char *id, const char *device, const char *mac, const char *tenant,
                                const char *network, gboolean hold, const char **ret);
/* An interface that was made for a hold ends with its last address. */
void end_idle_hold (model *self, const char *id);
/* The interface stays, whatever becomes of its holds. */
void confirm_interface (model *self, const char *id);
/* Whether an interface has addresses, and on which network. */
gboolean interface_network (model *self, const char *interface, const char **ret);
model_outcome allocate_on_network (model *self, const char *tenant, const char *network, const char *const *addresses,
                                   size_t count, model_owner *owner, GArray *ret_addresses);
/* Of ret_addresses. */
typedef struct {
	const char *block;
	model_value value;
} model_taken;

/* Ends an allowance; an address that was released before goes with its last one. */
void end_allowance (model *self, guint index);

#endif
