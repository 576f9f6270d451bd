/*
 * records.c: see records.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include "same.h"

record *
record_new (const record_kind *kind, const char *id, record *parent)
{
	record *self = g_new0 (record, 1);

	self->kind = kind;
	self->id = g_strdup (id);
	self->parent = parent;
	return self;
}

void
record_free (record *self)
{
	if (self == NULL)
		return;
	for (unsigned i = 0; i < RECORD_VALUES; i++)
		g_free (self->values[i]);
	g_free (self->id);
	g_free (self->key);
	g_free (self->other);
	g_free (self->lost_parent);
	g_free (self);
}

static void
free_record (void *data)
{
	record_free (data);
}

GPtrArray *
record_list_new (void)
{
	return g_ptr_array_new_with_free_func (free_record);
}

void
record_set (record *self, unsigned value, const char *text)
{
	self->values[value] = g_strdup (text);
}

const char *
record_chosen_id (const transfer *self, const record *item)
{
	return self->ids ? item->id : NULL;
}

/* What it is, and where, in terms of the side B. */
static char *
full_key (const record *self, const char *parent)
{
	return key_of (self->key, parent, key_end);
}

static void
make_pair (record *a, record *b)
{
	a->twin = b;
	b->twin = a;
	g_free (a->other);
	g_free (b->other);
	a->other = g_strdup (b->id);
	b->other = g_strdup (a->id);
}

/* Id → record. */
static GHashTable *
index_ids (const GPtrArray *list)
{
	GHashTable *ids = g_hash_table_new (g_str_hash, g_str_equal);

	for (guint i = 0; i < list->len; i++) {
		record *item = list->pdata[i];

		g_hash_table_insert (ids, item->id, item);
	}
	return ids;
}

/* Full key → GQueue of records, the oldest first. */
static GHashTable *
index_keys (const GPtrArray *list)
{
	GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);

	for (guint i = 0; i < list->len; i++) {
		record *item = list->pdata[i];
		g_autofree char *key = full_key (item, item->parent != NULL ? item->parent->id : NULL);
		GQueue *same = g_hash_table_lookup (keys, key);

		if (same == NULL) {
			same = g_queue_new ();
			g_hash_table_insert (keys, g_steal_pointer (&key), same);
		}
		g_queue_push_tail (same, item);
	}
	return keys;
}

/* The first of those that are the same by what they are; one that has the id of another record of A is that one. */
static record *
first_free (GHashTable *keys, const char *key, GHashTable *a_ids)
{
	GQueue *same = g_hash_table_lookup (keys, key);

	while (same != NULL && !g_queue_is_empty (same)) {
		record *item = g_queue_pop_head (same);

		if (item->twin == NULL && !g_hash_table_contains (a_ids, item->id))
			return item;
	}
	return NULL;
}

void
record_pair (GPtrArray *a, GPtrArray *b, gboolean ids)
{
	g_autoptr (GHashTable) a_ids = index_ids (a), b_ids = index_ids (b), keys = index_keys (b);

	for (guint i = 0; i < a->len; i++) {
		record *item = a->pdata[i], *there = g_hash_table_lookup (b_ids, item->id);
		const char *parent = item->parent != NULL ? item->parent->other : NULL;
		g_autofree char *key = full_key (item, parent), *there_key = NULL;

		if (there != NULL)
			there_key = full_key (there, there->parent != NULL ? there->parent->id : NULL);
		/* Where ids do not count, an equal one still tells two of a kind apart. */
		if (there != NULL && !ids && g_strcmp0 (key, there_key) != 0)
			there = NULL;
		if (there == NULL && (item->parent == NULL || parent != NULL))
			there = first_free (keys, key, a_ids);
		if (there != NULL)
			make_pair (item, there);
	}
}

static const char *
value_in_b (const transfer *self, const record *item, unsigned value)
{
	return item->kind->translate != NULL ? item->kind->translate (self, item, value) : item->values[value];
}

static void
walk_pair (transfer *self, record *item)
{
	const record *there = item->twin;
	transfer_kind kind = item->kind->counts_as (item);
	/* The id, the values, the parent, and the end. */
	transfer_value values[RECORD_VALUES + 3] = {{NULL, NULL, NULL}};
	unsigned count = 0;
	gboolean incomplete = FALSE;

	for (unsigned i = 0; item->kind->fields[i] != NULL; i++) {
		values[count++] = (transfer_value){item->kind->fields[i], value_in_b (self, item, i), there->values[i]};
	}
	if (self->ids)
		values[count++] = (transfer_value){"id", item->id, there->id};
	if (item->parent != NULL || there->parent != NULL) {
		values[count++] = (transfer_value){"parent", item->parent != NULL ? item->parent->other : NULL,
		                                   there->parent != NULL ? there->parent->id : NULL};
	}
	if (!transfer_values_agree (values)) {
		g_autofree char *what = item->kind->label (item);

		if (self->mode != TRANSFER_COMPARE && item->kind->forgive != NULL)
			incomplete = item->kind->forgive (self, item, values);
		if (!transfer_values_agree (values)) {
			transfer_note_values (self, kind, what, values);
			/* What is in the way is not touched at all. */
			item->late = 0;
			return;
		}
	}
	if (incomplete)
		self->incomplete[kind]++;
	else
		self->same[kind]++;
}

static ip_driver_status
walk_missing (transfer *self, record *item, ip_driver_error *error)
{
	transfer_kind kind = item->kind->counts_as (item);
	g_autofree char *what = self->mode == TRANSFER_LOOK ? NULL : item->kind->label (item);
	ip_driver_status status;

	if (self->mode == TRANSFER_WRITE) {
		status = transfer_begin_write (self, error);
		if (status == IP_DRIVER_OK)
			status = item->kind->create (self, item, error);
		if (status != IP_DRIVER_OK)
			return transfer_fail (self, what, error);
	}
	transfer_note_only (self, kind, what, FALSE);
	return IP_DRIVER_OK;
}

ip_driver_status
record_walk (transfer *self, GPtrArray *a, GPtrArray *b, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	record_pair (a, b, self->ids);
	for (guint i = 0; i < a->len && status == IP_DRIVER_OK; i++) {
		record *item = a->pdata[i];

		if (item->twin != NULL)
			walk_pair (self, item);
		else
			status = walk_missing (self, item, error);
		if (status == IP_DRIVER_OK)
			status = transfer_step (self, error);
	}
	for (guint i = 0; i < b->len && status == IP_DRIVER_OK && self->mode == TRANSFER_COMPARE; i++) {
		const record *item = b->pdata[i];
		g_autofree char *what = item->twin == NULL ? item->kind->label (item) : NULL;

		if (what != NULL)
			transfer_note_only (self, item->kind->counts_as (item), what, TRUE);
	}
	return status;
}
