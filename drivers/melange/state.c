/*
 * See state.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "state.h"

#include <string.h>

#include "path.h"
#include "uuid.h"

/* Microseconds. A request that was given up may still arrive: an interface that is not there is looked for again,
 * so often and for so long. */
#define LOOK_AGAIN (5 * G_USEC_PER_SEC)
#define LOOK_FOR (2 * 60 * G_USEC_PER_SEC)
/* How long something handed out is remembered: longer than any call takes. */
#define REMEMBER (10 * 60 * G_USEC_PER_SEC)
/* 36 characters, as many as the service's database has room for. */
#define HIDDEN "ipd-"

typedef struct {
	char *interface;
	gint64 next;
	gint64 until;
} abandoned;

typedef struct {
	char *id;
	gint64 until;
} given;

struct melange_state {
	/* Atomic: the last request, with all its attempts, got no answer. */
	gint silent;
	GMutex lock;
	/* Of abandoned, under the lock. */
	GQueue abandoned;
	/* Of given, the oldest first, and the same by id, under the lock. */
	GQueue order;
	GHashTable *given;
};

static void
free_abandoned (gpointer data)
{
	abandoned *entry = data;

	g_free (entry->interface);
	g_free (entry);
}

static void
free_given (gpointer data)
{
	given *entry = data;

	g_free (entry->id);
	g_free (entry);
}

static melange_state *
get_state (melange_instance *self)
{
	if (g_once_init_enter (&self->state)) {
		melange_state *state = g_new0 (melange_state, 1);

		g_mutex_init (&state->lock);
		g_queue_init (&state->abandoned);
		g_queue_init (&state->order);
		state->given = g_hash_table_new (g_str_hash, g_str_equal);
		g_once_init_leave (&self->state, state);
	}
	return self->state;
}

void
melange_state_heard (melange_instance *self, const service_request *request, ip_driver_status status,
                     const service_answer *answer)
{
	melange_state *state = g_atomic_pointer_get (&self->state);

	if (answer->status != 0) {
		if (state)
			g_atomic_int_set (&state->silent, FALSE);
		return;
	}
	/* What is not repeated may have been unlucky. */
	if (request->kind != SERVICE_ONCE && (status == IP_DRIVER_UNAVAILABLE || status == IP_DRIVER_PROTOCOL))
		g_atomic_int_set (&get_state (self)->silent, TRUE);
}

gboolean
melange_state_is_silent (melange_instance *self)
{
	melange_state *state = g_atomic_pointer_get (&self->state);

	return state && g_atomic_int_get (&state->silent);
}

static ip_driver_status
delete_interface (melange_instance *self, const char *interface, service_kind kind, ip_driver_error *error)
{
	g_autofree char *path = melange_path (error, "interfaces", interface, NULL);
	g_auto (service_answer) answer = {0};
	service_request request = {.method = "DELETE", .path = path, .kind = kind};
	ip_driver_status status;

	if (!path)
		return IP_DRIVER_INVALID;
	status = melange_service_call (self->service, &request, &answer, NULL, error);
	melange_state_heard (self, &request, status, &answer);
	return status;
}

static void
complain (const char *interface, const ip_driver_error *error)
{
	g_autofree char *message = g_strdup_printf ("interface %s, made for a call that failed, cannot be deleted: %s",
	                                            interface, error->message);

	ip_driver_log (IP_DRIVER_LOG_WARNING, message);
}

/* FALSE: it is to be tried again. */
static gboolean
try_to_delete (melange_instance *self, abandoned *entry, service_kind kind)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status = delete_interface (self, entry->interface, kind, &error);
	gint64 now = g_get_monotonic_time ();

	entry->next = now + LOOK_AGAIN;
	if ((status == IP_DRIVER_NOT_FOUND || status == IP_DRIVER_UNAVAILABLE || status == IP_DRIVER_PROTOCOL) &&
	    now < entry->until)
		return FALSE;
	if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
		complain (entry->interface, &error);
	return TRUE;
}

void
melange_state_discard (melange_instance *self, const char *interface)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status;

	if (melange_state_is_silent (self))
		status = ip_driver_fail (&error, IP_DRIVER_UNAVAILABLE, MELANGE_SILENT);
	else
		status = delete_interface (self, interface, SERVICE_REPEATABLE, &error);
	if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
		complain (interface, &error);
}

void
melange_state_settle (melange_instance *self)
{
	melange_state *state = g_atomic_pointer_get (&self->state);
	gint64 now = g_get_monotonic_time ();
	guint left;

	if (!state)
		return;
	g_mutex_lock (&state->lock);
	left = state->abandoned.length;
	/* What is left behind is not worth waiting for: one attempt, and none after one that got no answer. */
	while (left-- > 0 && !melange_state_is_silent (self)) {
		abandoned *entry = g_queue_pop_head (&state->abandoned);
		gboolean done = FALSE;

		if (!entry)
			break;
		if (entry->next <= now) {
			g_mutex_unlock (&state->lock);
			done = try_to_delete (self, entry, SERVICE_SINGLE);
			g_mutex_lock (&state->lock);
		}
		if (done)
			free_abandoned (entry);
		else
			g_queue_push_tail (&state->abandoned, entry);
	}
	g_mutex_unlock (&state->lock);
}

void
melange_state_abandon (melange_instance *self, const char *interface)
{
	melange_state *state = get_state (self);
	abandoned *entry = g_new0 (abandoned, 1);

	entry->interface = g_strdup (interface);
	entry->until = g_get_monotonic_time () + LOOK_FOR;
	if (!melange_state_is_silent (self) && try_to_delete (self, entry, SERVICE_REPEATABLE)) {
		free_abandoned (entry);
		return;
	}
	g_mutex_lock (&state->lock);
	g_queue_push_tail (&state->abandoned, entry);
	g_mutex_unlock (&state->lock);
}

void
melange_state_gave (melange_instance *self, const char *id)
{
	melange_state *state = get_state (self);
	gint64 now = g_get_monotonic_time ();
	given *entry = g_new0 (given, 1), *oldest;

	*entry = (given){.id = g_strdup (id), .until = now + REMEMBER};
	g_mutex_lock (&state->lock);
	while ((oldest = g_queue_peek_head (&state->order)) && oldest->until < now) {
		g_queue_pop_head (&state->order);
		if (g_hash_table_lookup (state->given, oldest->id) == oldest)
			g_hash_table_remove (state->given, oldest->id);
		free_given (oldest);
	}
	g_queue_push_tail (&state->order, entry);
	g_hash_table_replace (state->given, entry->id, entry);
	g_mutex_unlock (&state->lock);
}

gboolean
melange_state_has_given (melange_instance *self, const char *id)
{
	melange_state *state = g_atomic_pointer_get (&self->state);
	gboolean has;

	if (!state)
		return FALSE;
	g_mutex_lock (&state->lock);
	has = g_hash_table_contains (state->given, id);
	g_mutex_unlock (&state->lock);
	return has;
}

void
melange_state_free (melange_instance *self)
{
	melange_state *state = g_atomic_pointer_get (&self->state);
	abandoned *entry;

	if (!state)
		return;
	g_atomic_int_set (&state->silent, FALSE);
	while (!melange_state_is_silent (self) && (entry = g_queue_pop_head (&state->abandoned)) != NULL) {
		try_to_delete (self, entry, SERVICE_REPEATABLE);
		/* It is told with the others. */
		if (melange_state_is_silent (self))
			g_queue_push_head (&state->abandoned, entry);
		else
			free_abandoned (entry);
	}
	if (!g_queue_is_empty (&state->abandoned))
		ip_driver_log (IP_DRIVER_LOG_WARNING, "interfaces made for calls that failed could not be deleted "
		                                      "before the handle was closed");
	g_queue_clear_full (&state->abandoned, free_abandoned);
	g_queue_clear_full (&state->order, free_given);
	g_hash_table_unref (state->given);
	g_mutex_clear (&state->lock);
	g_clear_pointer (&self->state, g_free);
}

char *
melange_new_interface (void)
{
	return melange_new_uuid ();
}

char *
melange_new_hidden_interface (void)
{
	g_autofree char *uuid = melange_new_uuid ();
	g_auto (GStrv) parts = g_strsplit (uuid, "-", 0);
	g_autofree char *digits = g_strjoinv (NULL, parts);

	return g_strconcat (HIDDEN, digits, NULL);
}

gboolean
melange_is_hidden_interface (const char *interface)
{
	gsize length = strlen (HIDDEN);

	return g_str_has_prefix (interface, HIDDEN) && strspn (interface + length, "0123456789abcdef") == 32 &&
	       interface[length + 32] == '\0';
}
