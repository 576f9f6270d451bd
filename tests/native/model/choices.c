/* What a random call is made of. See choices.h. */
#include "choices.h"

gboolean
chance (world *self, int percent)
{
	return g_rand_int_range (self->random, 0, 100) < percent;
}

guint
below (world *self, guint count)
{
	return count < 2 ? 0 : (guint)g_rand_int_range (self->random, 0, (gint32)count);
}

const char *
pick_tenant (world *self)
{
	static const char *const tenants[] = {"ant", "bee", "cat"};

	return PICK (self, tenants);
}

const char *
pick_network (world *self)
{
	static const char *const networks[] = {FIRST_NETWORK, "green", "blue"};

	return PICK (self, networks);
}

const char *
pick_device (world *self)
{
	static const char *const devices[] = {"web-1", "web-2", "db-1"};

	return PICK (self, devices);
}

const char *
pick_interface (world *self)
{
	static const char *const interfaces[] = {"if-1", "if-2", "if-3", "if-4", "if-5", "if-6"};

	return PICK (self, interfaces);
}

const char *
pick_key (world *self)
{
	static const char *const keys[] = {"key-1", "key-2"};

	return PICK (self, keys);
}

const char *
pick_mac (world *self)
{
	static const char *const macs[] = {"02:00:00:00:00:01", "02:00:00:00:00:02", "02:16:3e:00:00:01",
	                                   "02:16:3e:00:00:02", "02:16:3e:00:00:09", "ff:ff:ff:ff:ff:fe"};

	return PICK (self, macs);
}

const char *
pick_server (world *self)
{
	static const char *const servers[] = {"8.8.8.8", "2001:4860:4860::8888"};

	return PICK (self, servers);
}

const char *
pick_stranger (world *self)
{
	static const char *const strangers[] = {"10.0.0.1", "172.16.0.1", "fd00::1", "2001:db8:ffff::1"};

	return PICK (self, strangers);
}

const char *
stay (world *self, const char *text)
{
	return text ? g_string_chunk_insert_const (self->texts, text) : NULL;
}

const char *
new_id (world *self)
{
	g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-%012x", ++self->ids);
	return stay (self, id);
}

const char *
unknown_id (void)
{
	return "ffffffff-0000-4000-8000-000000000000";
}

/* The id of an element of one of the model's arrays; each element begins with its id. */
const char *
known_id (world *self, GArray *array)
{
	if (array->len == 0 || chance (self, 3))
		return unknown_id ();
	guint size = g_array_get_element_size (array);
	return *(const char *const *)(const void *)(array->data + (gsize)size * below (self, array->len));
}

/* An id for something new: seldom one that is taken. */
const char *
fresh_id (world *self, GArray *array)
{
	return chance (self, 4) ? known_id (self, array) : new_id (self);
}

/* The owner, or anyone (NULL), or seldom somebody else. */
const char *
tenant_like (world *self, const char *owner)
{
	if (chance (self, 45))
		return NULL;
	return owner && chance (self, 85) ? owner : pick_tenant (self);
}

const char *
maybe (world *self, int percent, const char *value)
{
	return chance (self, percent) ? value : NULL;
}

/* Seldom an unknown one. */
const char *
some_policy (world *self, int percent)
{
	GArray *policies = self->model->data.policies;

	return maybe (self, policies->len > 0 ? percent : 3, known_id (self, policies));
}

const char *
some_block (world *self)
{
	return known_id (self, self->model->data.blocks);
}

/* One that can allocate, if there is one. */
const char *
some_leaf (world *self)
{
	const char *id = some_block (self);

	for (int i = 0; i < 4; i++) {
		gboolean parent = FALSE;
		for (guint j = 0; j < self->model->data.blocks->len; j++)
			parent = parent ||
			         g_strcmp0 (g_array_index (self->model->data.blocks, model_block, j).parent, id) == 0;
		if (!parent)
			break;
		id = some_block (self);
	}
	return id;
}

const char *
tenant_of_block (world *self, const char *id)
{
	const model_block *block = model_find_block (self->model, id);

	return tenant_like (self, block ? block->tenant : NULL);
}

const char *
address_in (world *self, const char *id)
{
	const model_block *block = model_find_block (self->model, id);

	if (!block || chance (self, 4))
		return pick_stranger (self);
	model_value span = block->last - block->first;
	model_value offset = (model_value)g_rand_int (self->random) % (MIN (span, 300) + 1);
	/* The last one and its neighbours. */
	if (chance (self, 10))
		offset = span - MIN (span, (model_value)below (self, 3));
	return stay (self, model_value_text (self->model, block->version, block->first + offset));
}

/* A known address (or, seldom, any): block, address, and perhaps the id. */
ip_driver_address_ref
some_ref (world *self, gboolean with_id)
{
	GArray *addresses = self->model->data.addresses;
	ip_driver_address_ref ref = {.id = with_id ? unknown_id () : NULL};

	for (int i = 0; i < 5 && addresses->len > 0; i++) {
		const model_address *address = &g_array_index (addresses, model_address, below (self, addresses->len));
		if (address->state == MODEL_FREE && !chance (self, 10))
			continue;
		ref.block = address->block;
		ref.address = stay (self, model_address_text (self->model, address));
		if (with_id && address->id && !chance (self, 4))
			ref.id = address->id;
		return ref;
	}
	ref.block = some_block (self);
	ref.address = address_in (self, ref.block);
	return ref;
}

void
note_refs (world *self, const char *name, const ip_driver_address_ref *refs, size_t count)
{
	g_autoptr (GString) text = g_string_new (NULL);

	for (size_t i = 0; i < count; i++)
		g_string_append_printf (text, " %s@%s id=%s", refs[i].address, refs[i].block, TEXT (refs[i].id));
	world_note (self, "  %s:%s", name, text->str);
}

const char *
some_interface (world *self)
{
	return chance (self, 50) ? known_id (self, self->model->data.interfaces) : pick_interface (self);
}

uint32_t
some_limit (world *self)
{
	return chance (self, 60) ? 1 + below (self, 4) : 0;
}

uint32_t
some_hold (world *self)
{
	return chance (self, 25) ? IP_DRIVER_HOLD_MAX - below (self, 2) : 0;
}

size_t
some_refs (world *self, ip_driver_address_ref ret[3], gboolean with_id)
{
	size_t count = 1 + (chance (self, 30) ? 1 + below (self, 2) : 0);

	for (size_t i = 0; i < count; i++)
		ret[i] = some_ref (self, with_id);
	return count;
}

const char *
tenant_of_interface (world *self, const char *id)
{
	const model_interface *interface = model_find_interface (self->model, id);

	return tenant_like (self, interface ? interface->tenant : NULL);
}
