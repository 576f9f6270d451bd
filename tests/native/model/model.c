/* The model's data, its texts, and the rules about blocks that more than one operation needs. */
#include <arpa/inet.h>

#include "parts.h"

const char *
keep (model *self, const char *text)
{
	return text ? g_string_chunk_insert_const (self->texts, text) : NULL;
}

gboolean
same (const char *a, const char *b)
{
	return g_strcmp0 (a, b) == 0;
}

gboolean
fits (const char *filter, const char *value)
{
	return !filter || same (filter, value);
}

/* Every array of the data, for copying and freeing. */
#define FOR_EACH_ARRAY(DO)                                                                                             \
	DO (blocks, model_block)                                                                                       \
	DO (addresses, model_address)                                                                                  \
	DO (interfaces, model_interface)                                                                               \
	DO (policies, model_policy)                                                                                    \
	DO (ranges, model_policy_range)                                                                                \
	DO (octets, model_policy_octet)                                                                                \
	DO (routes, model_route)                                                                                       \
	DO (mac_ranges, model_mac_range)                                                                               \
	DO (mac_rests, model_mac_rest)                                                                                 \
	DO (allowances, model_allowance)                                                                               \
	DO (pairs, model_pair)

model *
model_new (void)
{
	model *self = g_new0 (model, 1);

#define MAKE(name, type) self->data.name = g_array_new (FALSE, TRUE, sizeof (type));
	FOR_EACH_ARRAY (MAKE)
#undef MAKE
	self->texts = g_string_chunk_new (4096);
	self->address_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	self->address_users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	self->block_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	self->interface_ids = g_ptr_array_new_with_free_func (g_free);
	return self;
}

void
model_free (model *self)
{
	if (!self)
		return;
	model_data_free (&self->data);
	g_hash_table_unref (self->address_ids);
	g_hash_table_unref (self->address_users);
	g_hash_table_unref (self->block_ids);
	g_ptr_array_unref (self->interface_ids);
	g_string_chunk_free (self->texts);
	g_free (self);
}

model_data
model_data_copy (const model_data *data)
{
	model_data copy;

#define COPY(name, type) copy.name = g_array_copy (data->name);
	FOR_EACH_ARRAY (COPY)
#undef COPY
	return copy;
}

void
model_data_free (model_data *data)
{
#define FREE(name, type) g_array_unref (data->name);
	FOR_EACH_ARRAY (FREE)
#undef FREE
}

gboolean
model_can (model_outcome outcome, ip_driver_status status)
{
	return status >= 0 && status < 32 && (outcome & 1u << status);
}

model_outcome
combine (model_outcome one, model_outcome other)
{
	return ((one | other) & ~MODEL_OK) | (one & other & MODEL_OK);
}

gboolean
goes_on (model *self, model_outcome outcome)
{
	return outcome == MODEL_OK || (model_can (outcome, IP_DRIVER_OK) && self->follow == IP_DRIVER_OK);
}

model_data
begin (model *self)
{
	return model_data_copy (&self->data);
}

model_outcome
finish (model *self, model_data *before, model_outcome outcome)
{
	if (goes_on (self, outcome)) {
		model_data_free (before);
	} else {
		model_data_free (&self->data);
		self->data = *before;
	}
	return outcome;
}

void
model_step (model *self)
{
	self->now++;
	g_hash_table_remove_all (self->address_ids);
	g_ptr_array_set_size (self->interface_ids, 0);
	g_hash_table_remove_all (self->address_users);
	g_hash_table_remove_all (self->block_ids);
}

void
model_hint_address (model *self, const ip_driver_address *address)
{
	char *name = g_strdup_printf ("%s %s", address->block, address->address);

	g_hash_table_insert (self->address_users, g_strdup (name),
	                     g_strdup (address->interface ? address->interface : ""));
	g_hash_table_insert (self->address_ids, name, g_strdup (address->id));
}

void
model_hint_allocation (model *self, const ip_driver_allocation *allocation)
{
	model_hint_address (self, allocation->address);
	if (!model_find_block (self, allocation->address->block))
		g_hash_table_insert (self->block_ids, g_strdup (allocation->network),
		                     g_strdup (allocation->address->block));
}

void
model_hint_interface (model *self, const char *id)
{
	if (id)
		g_ptr_array_add (self->interface_ids, g_strdup (id));
}

model_ip
parse_ip (const char *text)
{
	model_ip ip = {.version = strchr (text, ':') ? 6 : 4};
	guint8 bytes[16];

	g_assert (inet_pton (ip.version == 6 ? AF_INET6 : AF_INET, text, bytes) == 1);
	for (int i = 0; i < (ip.version == 6 ? 16 : 4); i++)
		ip.value = ip.value << 8 | bytes[i];
	return ip;
}

const char *
model_value_text (model *self, int version, model_value value)
{
	char text[INET6_ADDRSTRLEN];
	guint8 bytes[16];
	int size = version == 6 ? 16 : 4;

	for (int i = 0; i < size; i++)
		bytes[i] = (guint8)(value >> 8 * (size - 1 - i));
	g_assert (inet_ntop (version == 6 ? AF_INET6 : AF_INET, bytes, text, sizeof text));
	return keep (self, text);
}

void
make_cidr (int version, int prefix, model_value address, model_value *first, model_value *last)
{
	int bits = (version == 6 ? 128 : 32) - prefix;

	g_assert (bits >= 0 && bits < 128);
	*first = address >> bits << bits;
	*last = *first + (((model_value)1 << bits) - 1);
}

void
parse_cidr (const char *text, int *version, int *prefix, model_value *first, model_value *last)
{
	g_auto (GStrv) parts = g_strsplit (text, "/", 2);
	model_ip ip = parse_ip (parts[0]);

	*version = ip.version;
	*prefix = atoi (parts[1]);
	make_cidr (ip.version, *prefix, ip.value, first, last);
}

const char *
format_cidr (model *self, int version, model_value first, int prefix)
{
	g_autofree char *text = g_strdup_printf ("%s/%d", model_value_text (self, version, first), prefix);
	return keep (self, text);
}

guint64
parse_mac (const char *text)
{
	guint64 mac = 0;

	for (; *text && *text != '/'; text++) {
		if (g_ascii_isxdigit (*text))
			mac = mac << 4 | (guint64)g_ascii_xdigit_value (*text);
	}
	return mac;
}

const char *
format_mac (model *self, guint64 mac)
{
	g_autofree char *text = g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", (guint)(mac >> 40 & 255),
	                                         (guint)(mac >> 32 & 255), (guint)(mac >> 24 & 255),
	                                         (guint)(mac >> 16 & 255), (guint)(mac >> 8 & 255), (guint)(mac & 255));
	return keep (self, text);
}

model_block *
model_find_block (model *self, const char *id)
{
	for (guint i = 0; i < self->data.blocks->len; i++) {
		model_block *block = AT (self->data.blocks, model_block, i);
		if (same (block->id, id))
			return block;
	}
	return NULL;
}

model_block *
seen_block (model *self, const char *tenant, const char *id)
{
	model_block *block = model_find_block (self, id);

	return block && fits (tenant, block->tenant) ? block : NULL;
}

gboolean
has_subnets (model *self, const char *block)
{
	for (guint i = 0; i < self->data.blocks->len; i++) {
		if (same (AT (self->data.blocks, model_block, i)->parent, block))
			return TRUE;
	}
	return FALSE;
}

gboolean
in_block (const model_block *block, model_ip ip)
{
	return ip.version == block->version && ip.value >= block->first && ip.value <= block->last;
}

model_address *
model_find_address (model *self, const char *block, model_value value)
{
	for (guint i = 0; i < self->data.addresses->len; i++) {
		model_address *address = AT (self->data.addresses, model_address, i);
		if (same (address->block, block) && address->value == value)
			return address;
	}
	return NULL;
}

model_interface *
model_find_interface (model *self, const char *id)
{
	for (guint i = 0; i < self->data.interfaces->len; i++) {
		model_interface *interface = AT (self->data.interfaces, model_interface, i);
		if (same (interface->id, id))
			return interface;
	}
	return NULL;
}

const char *
model_address_text (model *self, const model_address *address)
{
	return model_value_text (self, model_find_block (self, address->block)->version, address->value);
}

gboolean
is_reserved (model *self, const model_block *block, model_value value)
{
	gboolean whole = block->last - block->first < 2; /* /31, /32, /127, /128 */

	if (block->gateway) {
		model_ip gateway = parse_ip (block->gateway);
		if (gateway.version == block->version && gateway.value == value)
			return TRUE;
	}
	return !whole && (value == block->last || (value == block->first && !self->network_address));
}

/* How many addresses of a range come from the value on; 0: it is not in it. */
static guint64
left_of_range (const model_policy_range *range, const model_block *block, model_value value)
{
	/* All of it fits in 128 bits with a sign: positions are counted from the nearer end. */
	__int128 from_start =
		value - block->first > (model_value)1 << 100 ? (__int128)1 << 100 : (__int128)(value - block->first);
	__int128 from_end = block->last - value > (model_value)1 << 100 ? -((__int128)1 << 100)
	                                                                : -(__int128)(block->last - value) - 1;
	__int128 position = range->offset >= 0 ? from_start : from_end;

	if (!same (range->policy, block->policy) || position < range->offset ||
	    position - range->offset >= (__int128)range->length)
		return 0;
	return range->length - (guint64)(position - range->offset);
}

gboolean
is_denied (model *self, const model_block *block, model_value value)
{
	if (!block->policy)
		return FALSE;
	for (guint i = 0; i < self->data.octets->len; i++) {
		const model_policy_octet *octet = AT (self->data.octets, model_policy_octet, i);
		if (same (octet->policy, block->policy) && (int)(value & 255) == octet->octet)
			return TRUE;
	}
	for (guint i = 0; i < self->data.ranges->len; i++)
		if (left_of_range (AT (self->data.ranges, model_policy_range, i), block, value) > 0)
			return TRUE;
	return FALSE;
}

model_value
last_denied (model *self, const model_block *block, model_value value)
{
	model_value last = value;

	for (guint i = 0; block->policy && i < self->data.ranges->len; i++) {
		guint64 left = left_of_range (AT (self->data.ranges, model_policy_range, i), block, value);
		if (left > 0)
			last = MAX (last, value + MIN (left - 1, block->last - value));
	}
	return last;
}

gboolean
is_top_level (model *self, const model_block *block)
{
	return !block->parent || !model_find_block (self, block->parent)->network;
}

model_outcome
check_network (model *self, const char *network, int type, gboolean root, int version, model_value first,
               model_value last, const char *except)
{
	model_outcome failures = 0;

	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *other = AT (self->data.blocks, model_block, i);
		if (!network || !same (other->network, network) || same (other->id, except))
			continue;
		if (other->type != type)
			failures |= CAN (NOT_ALLOWED);
		if (root && is_top_level (self, other) && !(except && same (other->parent, except)) &&
		    other->version == version && other->first <= last && first <= other->last)
			failures |= CAN (NOT_ALLOWED);
	}
	return failures;
}

static gint
compare_values (gconstpointer a, gconstpointer b)
{
	const model_address *left = *(const model_address *const *)a;
	const model_address *right = *(const model_address *const *)b;

	return left->value < right->value ? -1 : left->value > right->value;
}

GPtrArray *
living (model *self)
{
	GPtrArray *list = g_ptr_array_new ();

	for (guint i = 0; i < self->data.blocks->len; i++) {
		g_autoptr (GPtrArray) part = g_ptr_array_new ();
		for (guint j = 0; j < self->data.addresses->len; j++) {
			model_address *address = AT (self->data.addresses, model_address, j);
			if (address->state != MODEL_FREE &&
			    same (address->block, AT (self->data.blocks, model_block, i)->id))
				g_ptr_array_add (part, address);
		}
		g_ptr_array_sort (part, compare_values);
		g_ptr_array_extend (list, part, NULL, NULL);
	}
	return list;
}
