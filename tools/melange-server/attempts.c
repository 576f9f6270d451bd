/*
 * attempts.c: what is remembered of requests with a key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "attempts.h"

#include <string.h>

#include "transactions.h"
#include "undo.h"

#define REMEMBERED (10 * 60 * G_USEC_PER_SEC)
#define MEMORY_MAX (64u << 20)

typedef enum {
	ATTEMPT_RUNNING,
	ATTEMPT_DONE,
	/* Somebody is undoing it. */
	ATTEMPT_UNDOING,
} attempt_state;

struct attempt {
	char *key;
	char *principal;
	/* Of the request. */
	char *fingerprint;
	attempt_state state;
	gboolean abandoned;
	/* It is to begin a transaction. */
	gboolean begins;
	gint64 time;
	gsize cost;
	GList link;

	/* Once it is DONE. */
	guint status;
	const char *content_type;
	GBytes *text;
	GPtrArray *headers;
	/* NULL: nothing to undo, or undone. */
	GPtrArray *undo;
	generation *generation;
	transaction *transaction;
};

struct attempts {
	GMutex lock;
	GCond changed;
	/* Key to attempt. */
	GHashTable *table;
	/* Of their links, the oldest first. */
	GQueue order;
	gsize memory;
	/* When the youngest was dropped that memory had no room for. */
	gint64 dropped;
};

static void
attempt_free (attempt *self)
{
	g_free (self->key);
	g_free (self->principal);
	g_free (self->fingerprint);
	g_clear_pointer (&self->text, g_bytes_unref);
	g_clear_pointer (&self->headers, g_ptr_array_unref);
	g_clear_pointer (&self->undo, g_ptr_array_unref);
	generation_unref (self->generation);
	transaction_unref (self->transaction);
	g_free (self);
}

attempts *
attempts_new (void)
{
	attempts *self = g_new0 (attempts, 1);

	g_mutex_init (&self->lock);
	g_cond_init (&self->changed);
	self->table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)attempt_free);
	g_queue_init (&self->order);
	return self;
}

void
attempts_free (attempts *self)
{
	g_hash_table_unref (self->table);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->changed);
	g_free (self);
}

guint
attempts_count (attempts *self)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

	(void)locker;
	return g_hash_table_size (self->table);
}

static void
drop (attempts *self, attempt *entry)
{
	self->memory -= entry->cost;
	g_queue_unlink (&self->order, &entry->link);
	g_hash_table_remove (self->table, entry->key);
}

/* Counts anew what an attempt takes. */
static void
measure (attempts *self, attempt *entry)
{
	self->memory -= entry->cost;
	entry->cost = sizeof (*entry) + strlen (entry->key) + 256;
	if (entry->text != NULL)
		entry->cost += g_bytes_get_size (entry->text);
	if (entry->undo != NULL)
		entry->cost += entry->undo->len * 256;
	self->memory += entry->cost;
}

static void
forget_old (attempts *self)
{
	gint64 now = g_get_monotonic_time ();
	GList *next;

	for (GList *link = self->order.head; link != NULL; link = next) {
		attempt *entry = link->data;
		gboolean old = entry->time + REMEMBERED < now;

		next = link->next;
		if (!old && self->memory <= MEMORY_MAX)
			break;
		/* Somebody works with it, or waits for it. */
		if (entry->state != ATTEMPT_DONE ||
		    (entry->abandoned && (entry->undo != NULL || entry->transaction != NULL)))
			continue;
		if (!old)
			self->dropped = now;
		drop (self, entry);
	}
}

static attempt *
add (attempts *self, const char *key, const char *principal)
{
	attempt *entry = g_new0 (attempt, 1);

	entry->key = g_strdup (key);
	entry->principal = g_strdup (principal);
	entry->time = g_get_monotonic_time ();
	entry->link.data = entry;
	g_hash_table_insert (self->table, entry->key, entry);
	g_queue_push_tail_link (&self->order, &entry->link);
	measure (self, entry);
	forget_old (self);
	return entry;
}

static char *
fingerprint_of (const exchange *item)
{
	g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
	const char *transaction = item->headers[HEADER_TRANSACTION];

	/* With their NULs, which none of them contains. */
	g_checksum_update (sum, (const guchar *)item->match.method, (gssize)strlen (item->match.method) + 1);
	g_checksum_update (sum, (const guchar *)item->target, (gssize)strlen (item->target) + 1);
	if (transaction != NULL)
		g_checksum_update (sum, (const guchar *)transaction, (gssize)strlen (transaction));
	g_checksum_update (sum, (const guchar *)"", 1);
	g_checksum_update (sum, (const guchar *)item->body->str, (gssize)item->body->len);
	return g_strdup (g_checksum_get_string (sum));
}

static void
copy_answer (const attempt *entry, exchange *item)
{
	gsize size;
	const char *text = g_bytes_get_data (entry->text, &size);

	exchange_answer (item, entry->status, entry->content_type, text, (gssize)size);
	for (guint i = 0; i + 1 < entry->headers->len; i += 2)
		exchange_set_header (item, entry->headers->pdata[i], entry->headers->pdata[i + 1]);
}

attempt_verdict
attempts_enter (attempts *self, exchange *item, const char *principal, attempt **ret_attempt)
{
	const char *key = item->headers[HEADER_IDEMPOTENCY_KEY];
	g_autofree char *fingerprint = fingerprint_of (item);
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
	attempt *entry;

	(void)locker;
	while ((entry = g_hash_table_lookup (self->table, key)) != NULL) {
		if (entry->abandoned)
			return ATTEMPT_ABANDONED;
		if (strcmp (entry->fingerprint, fingerprint) != 0 || strcmp (entry->principal, principal) != 0)
			return ATTEMPT_OTHER;
		if (entry->state == ATTEMPT_DONE) {
			copy_answer (entry, item);
			return ATTEMPT_REPEATED;
		}
		g_cond_wait (&self->changed, &self->lock);
	}
	/* Only a repetition says whom it expects; and what is not there may have been dropped. */
	if (item->headers[HEADER_SERVED_BY] != NULL && self->dropped != 0 &&
	    self->dropped + REMEMBERED > g_get_monotonic_time ())
		return ATTEMPT_FORGOTTEN;
	entry = add (self, key, principal);
	entry->fingerprint = g_steal_pointer (&fingerprint);
	entry->begins = item->match.target == TARGET_BEGIN;
	*ret_attempt = entry;
	return ATTEMPT_RUN;
}

static GPtrArray *
copy_headers (const exchange *item)
{
	GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < item->answer_headers->len; i++)
		g_ptr_array_add (headers, g_strdup (item->answer_headers->pdata[i]));
	return headers;
}

void
attempts_leave (attempts *self, attempt *entry, exchange *item, GPtrArray *undo, gboolean keep)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

	(void)locker;
	entry->state = ATTEMPT_DONE;
	entry->status = item->status;
	entry->content_type = item->content_type;
	entry->text = g_bytes_new (item->text->str, item->text->len);
	entry->headers = copy_headers (item);
	entry->undo = undo;
	if (undo != NULL)
		entry->generation = generation_ref (item->generation);
	if (item->transaction != NULL)
		entry->transaction = transaction_ref (item->transaction);
	measure (self, entry);
	g_cond_broadcast (&self->changed);
	if (!keep && !entry->abandoned)
		drop (self, entry);
}

/* Undoes an attempt; by which handle depends on the transaction that it was made in. */
static ip_driver_status
undo (const attempt *entry, exchange *item, ip_driver_error *error)
{
	transaction_state state =
		entry->transaction != NULL ? transaction_get_state (entry->transaction) : TRANSACTION_COMMITTED;
	gboolean here = entry->transaction != NULL && item->transaction == entry->transaction;

	if (state == TRANSACTION_OPEN && here && entry->begins) {
		transaction_rollback (entry->transaction);
		return IP_DRIVER_OK;
	}
	if (entry->undo == NULL && !entry->begins)
		return IP_DRIVER_OK;
	if (state == TRANSACTION_OPEN && here)
		return undo_run (transaction_handle (entry->transaction), entry->undo, error);
	if (state == TRANSACTION_OPEN) {
		error->status = IP_DRIVER_UNAVAILABLE;
		error->retryable = 1;
		g_strlcpy (error->message, "the attempt's transaction is still open", sizeof (error->message));
		return error->status;
	}
	if (state != TRANSACTION_COMMITTED || entry->undo == NULL)
		return IP_DRIVER_OK;
	return undo_run (entry->generation->driver, entry->undo, error);
}

ip_driver_status
attempts_abandon (attempts *self, exchange *item, const char *key, const char *principal, ip_driver_error *error)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
	ip_driver_status status = IP_DRIVER_OK;
	attempt *entry;

	(void)locker;
	while ((entry = g_hash_table_lookup (self->table, key)) != NULL && entry->state != ATTEMPT_DONE &&
	       strcmp (entry->principal, principal) == 0) {
		entry->abandoned = TRUE;
		g_cond_wait (&self->changed, &self->lock);
	}
	if (entry == NULL) {
		entry = add (self, key, principal);
		entry->state = ATTEMPT_DONE;
		entry->abandoned = TRUE;
		return IP_DRIVER_OK;
	}
	if (strcmp (entry->principal, principal) != 0) {
		error->status = IP_DRIVER_DENIED;
		g_strlcpy (error->message, "the attempt is another caller's", sizeof (error->message));
		return error->status;
	}
	entry->abandoned = TRUE;
	if (entry->undo != NULL || entry->transaction != NULL) {
		entry->state = ATTEMPT_UNDOING;
		g_mutex_unlock (&self->lock);
		status = undo (entry, item, error);
		g_mutex_lock (&self->lock);
		entry->state = ATTEMPT_DONE;
		g_cond_broadcast (&self->changed);
		if (status != IP_DRIVER_OK)
			return status;
		g_clear_pointer (&entry->undo, g_ptr_array_unref);
		g_clear_pointer (&entry->transaction, transaction_unref);
		g_clear_pointer (&entry->generation, generation_unref);
	}
	g_queue_unlink (&self->order, &entry->link);
	g_queue_push_tail_link (&self->order, &entry->link);
	entry->time = g_get_monotonic_time ();
	measure (self, entry);
	return IP_DRIVER_OK;
}

char *
attempts_transaction (attempts *self, const char *key)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
	attempt *entry = g_hash_table_lookup (self->table, key);

	(void)locker;
	if (entry == NULL || entry->transaction == NULL)
		return NULL;
	return g_strdup (transaction_id (entry->transaction));
}
