/*
 * GLib as ThreadSanitizer must see it. GLib is not built with the sanitizer, and its mutexes, conditions and
 * once-initialisations are futexes of its own: without help every correct program that uses them seems to race.
 * This library stands before GLib in every program of a build with -Db_sanitize=thread, tells the sanitizer what
 * happens, and calls GLib. What lies on top of pthread (threads, GRecMutex, GRWLock, GPrivate) needs no help.
 * GAsyncQueue and GThreadPool cannot be helped: they hand their own memory from thread to thread.
 *
 * It also tells which of the calls on containers read and which write. Otherwise two threads in one GHashTable
 * would go unnoticed, since all of it happens within GLib.
 */
#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

/* GLib's own function of that name. */
#define REAL(name)                                                                                                     \
	({                                                                                                             \
		static __typeof__ (name) *real_function;                                                               \
		__typeof__ (name) *known = __atomic_load_n (&real_function, __ATOMIC_ACQUIRE);                         \
		if (!known) {                                                                                          \
			known = (__typeof__ (name) *)dlsym (RTLD_NEXT, #name);                                         \
			__atomic_store_n (&real_function, known, __ATOMIC_RELEASE);                                    \
		}                                                                                                      \
		known;                                                                                                 \
	})

/* Above the declarations, which have the default visibility. */
#pragma GCC visibility push(default)

void
g_mutex_init (GMutex *mutex)
{
	__tsan_mutex_create (mutex, __tsan_mutex_not_static);
	REAL (g_mutex_init) (mutex);
}

void
g_mutex_clear (GMutex *mutex)
{
	__tsan_mutex_destroy (mutex, 0);
	REAL (g_mutex_clear) (mutex);
}

void
g_mutex_lock (GMutex *mutex)
{
	__tsan_mutex_pre_lock (mutex, 0);
	REAL (g_mutex_lock) (mutex);
	__tsan_mutex_post_lock (mutex, 0, 0);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
	__tsan_mutex_pre_lock (mutex, __tsan_mutex_try_lock);
	gboolean locked = REAL (g_mutex_trylock) (mutex);
	__tsan_mutex_post_lock (mutex, __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed), 0);
	return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
	__tsan_mutex_pre_unlock (mutex, 0);
	REAL (g_mutex_unlock) (mutex);
	__tsan_mutex_post_unlock (mutex, 0);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
	__tsan_mutex_pre_unlock (mutex, 0);
	__tsan_mutex_post_unlock (mutex, 0);
	REAL (g_cond_wait) (cond, mutex);
	__tsan_mutex_pre_lock (mutex, 0);
	__tsan_mutex_post_lock (mutex, 0, 0);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
	__tsan_mutex_pre_unlock (mutex, 0);
	__tsan_mutex_post_unlock (mutex, 0);
	gboolean signalled = REAL (g_cond_wait_until) (cond, mutex, end_time);
	__tsan_mutex_pre_lock (mutex, 0);
	__tsan_mutex_post_lock (mutex, 0, 0);
	return signalled;
}

/* The macros of these names look first, by an atomic read that the sanitizer sees. */
gboolean (g_once_init_enter) (volatile void *location)
{
	gboolean first = REAL (g_once_init_enter) (location);
	__tsan_acquire ((void *)(guintptr)location);
	return first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
	__tsan_release ((void *)(guintptr)location);
	REAL (g_once_init_leave) (location, result);
}

typedef struct {
	GOnce *once;
	GThreadFunc function;
	gpointer data;
} once_call;

static gpointer
run_once (gpointer data)
{
	const once_call *call = data;
	gpointer result = call->function (call->data);

	__tsan_release (call->once);
	return result;
}

gpointer
g_once_impl (GOnce *once, GThreadFunc function, gpointer data)
{
	once_call call = {once, function, data};
	gpointer result = REAL (g_once_impl) (once, run_once, &call);

	__tsan_acquire (once);
	return result;
}

/* What the sanitizer calls a container. */
#define KIND(name)                                                                                                     \
	({                                                                                                             \
		static void *known_kind;                                                                               \
		void *kind = __atomic_load_n (&known_kind, __ATOMIC_ACQUIRE);                                          \
		if (!kind) {                                                                                           \
			kind = __tsan_external_register_tag (name);                                                    \
			__atomic_store_n (&known_kind, kind, __ATOMIC_RELEASE);                                        \
		}                                                                                                      \
		kind;                                                                                                  \
	})

/* The first argument is the container. */
/* clang-format off */
#define READS(kind, type, name, parameters, ...)                                                                       \
	type name parameters                                                                                           \
	{                                                                                                              \
		__tsan_external_read (SELF (__VA_ARGS__), __builtin_return_address (0), KIND (kind));                  \
		return REAL (name) (__VA_ARGS__);                                                                      \
	}
#define WRITES(kind, type, name, parameters, ...)                                                                      \
	type name parameters                                                                                           \
	{                                                                                                              \
		__tsan_external_write (SELF (__VA_ARGS__), __builtin_return_address (0), KIND (kind));                 \
		return REAL (name) (__VA_ARGS__);                                                                      \
	}
#define SELF(...) SELF_ (__VA_ARGS__, 0)
#define SELF_(self, ...) (self)

#define TABLE "GHashTable"
READS (TABLE, gpointer, g_hash_table_lookup, (GHashTable *self, gconstpointer key), self, key)
READS (TABLE, gboolean, g_hash_table_contains, (GHashTable *self, gconstpointer key), self, key)
READS (TABLE, gboolean, g_hash_table_lookup_extended,
       (GHashTable *self, gconstpointer lookup_key, gpointer *key, gpointer *value), self, lookup_key, key, value)
READS (TABLE, guint, g_hash_table_size, (GHashTable *self), self)
READS (TABLE, void, g_hash_table_foreach, (GHashTable *self, GHFunc function, gpointer data), self, function, data)
READS (TABLE, GList *, g_hash_table_get_keys, (GHashTable *self), self)
READS (TABLE, GList *, g_hash_table_get_values, (GHashTable *self), self)
WRITES (TABLE, gboolean, g_hash_table_insert, (GHashTable *self, gpointer key, gpointer value), self, key, value)
WRITES (TABLE, gboolean, g_hash_table_replace, (GHashTable *self, gpointer key, gpointer value), self, key, value)
WRITES (TABLE, gboolean, g_hash_table_add, (GHashTable *self, gpointer key), self, key)
WRITES (TABLE, gboolean, g_hash_table_remove, (GHashTable *self, gconstpointer key), self, key)
WRITES (TABLE, gboolean, g_hash_table_steal, (GHashTable *self, gconstpointer key), self, key)
WRITES (TABLE, gboolean, g_hash_table_steal_extended,
        (GHashTable *self, gconstpointer lookup_key, gpointer *key, gpointer *value), self, lookup_key, key, value)
WRITES (TABLE, void, g_hash_table_remove_all, (GHashTable *self), self)
WRITES (TABLE, guint, g_hash_table_foreach_remove, (GHashTable *self, GHRFunc function, gpointer data), self, function,
        data)
/* clang-format on */

void
g_hash_table_iter_init (GHashTableIter *iter, GHashTable *self)
{
	__tsan_external_read (self, __builtin_return_address (0), KIND (TABLE));
	REAL (g_hash_table_iter_init) (iter, self);
}

gboolean
g_hash_table_iter_next (GHashTableIter *iter, gpointer *key, gpointer *value)
{
	__tsan_external_read (g_hash_table_iter_get_hash_table (iter), __builtin_return_address (0), KIND (TABLE));
	return REAL (g_hash_table_iter_next) (iter, key, value);
}

void
g_hash_table_iter_remove (GHashTableIter *iter)
{
	__tsan_external_write (g_hash_table_iter_get_hash_table (iter), __builtin_return_address (0), KIND (TABLE));
	REAL (g_hash_table_iter_remove) (iter);
}

/* clang-format off */
/* Of these the fields are read without a call. */
#define POINTERS "GPtrArray"
WRITES (POINTERS, void, g_ptr_array_add, (GPtrArray *self, gpointer data), self, data)
WRITES (POINTERS, gboolean, g_ptr_array_remove, (GPtrArray *self, gpointer data), self, data)
WRITES (POINTERS, gboolean, g_ptr_array_remove_fast, (GPtrArray *self, gpointer data), self, data)
WRITES (POINTERS, gpointer, g_ptr_array_remove_index, (GPtrArray *self, guint index), self, index)
WRITES (POINTERS, gpointer, g_ptr_array_remove_index_fast, (GPtrArray *self, guint index), self, index)
WRITES (POINTERS, gpointer, g_ptr_array_steal_index, (GPtrArray *self, guint index), self, index)
WRITES (POINTERS, gpointer, g_ptr_array_steal_index_fast, (GPtrArray *self, guint index), self, index)
WRITES (POINTERS, void, g_ptr_array_set_size, (GPtrArray *self, gint length), self, length)

#define ARRAY "GArray"
WRITES (ARRAY, GArray *, g_array_append_vals, (GArray *self, gconstpointer data, guint count), self, data, count)
WRITES (ARRAY, GArray *, g_array_set_size, (GArray *self, guint length), self, length)
WRITES (ARRAY, GArray *, g_array_remove_index, (GArray *self, guint index), self, index)
WRITES (ARRAY, GArray *, g_array_remove_index_fast, (GArray *self, guint index), self, index)

#define QUEUE "GQueue"
READS (QUEUE, gboolean, g_queue_is_empty, (GQueue *self), self)
WRITES (QUEUE, void, g_queue_push_head, (GQueue *self, gpointer data), self, data)
WRITES (QUEUE, void, g_queue_push_tail, (GQueue *self, gpointer data), self, data)
WRITES (QUEUE, void, g_queue_push_tail_link, (GQueue *self, GList *link), self, link)
WRITES (QUEUE, gpointer, g_queue_pop_head, (GQueue *self), self)
WRITES (QUEUE, gpointer, g_queue_pop_tail, (GQueue *self), self)
WRITES (QUEUE, gboolean, g_queue_remove, (GQueue *self, gconstpointer data), self, data)
WRITES (QUEUE, void, g_queue_unlink, (GQueue *self, GList *link), self, link)
WRITES (QUEUE, void, g_queue_delete_link, (GQueue *self, GList *link), self, link)
/* clang-format on */

#pragma GCC visibility pop
