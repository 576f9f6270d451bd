/*
 * Two threads and something that they share:
 *   planted KIND clean|race
 * KIND says by which means of GLib, or on what; with `race` it is left out. For tsan_test.c.
 */
#include <glib.h>
#include <string.h>

#define TIMES 200

static gboolean clean;
static GMutex mutex;
static int shared;

static void
lock (void)
{
	if (clean)
		g_mutex_lock (&mutex);
}

static void
unlock (void)
{
	if (clean)
		g_mutex_unlock (&mutex);
}

/* Runs a function in two threads at once. */
static void
run_two (GThreadFunc function, gpointer data)
{
	GThread *threads[] = {g_thread_new ("one", function, data), g_thread_new ("other", function, data)};

	for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
		g_thread_join (threads[i]);
}

static gpointer
count (gpointer data)
{
	for (int i = 0; i < TIMES; i++) {
		lock ();
		shared++;
		unlock ();
	}
	return NULL;
}

static void
plant_mutex (void)
{
	run_two (count, NULL);
}

static gpointer
try_count (gpointer data)
{
	for (int i = 0; i < TIMES; i++) {
		while (clean && !g_mutex_trylock (&mutex))
			g_thread_yield ();
		shared++;
		unlock ();
	}
	return NULL;
}

static void
plant_trylock (void)
{
	run_two (try_count, NULL);
}

typedef struct {
	GCond cond;
	gboolean ready;
} promise;

static gpointer
keep_promise (gpointer data)
{
	promise *self = data;

	if (clean)
		shared = 1;
	g_mutex_lock (&mutex);
	self->ready = TRUE;
	g_cond_signal (&self->cond);
	g_mutex_unlock (&mutex);
	if (!clean)
		shared = 1;
	return NULL;
}

static void
plant_condition (void)
{
	promise self = {.ready = FALSE};
	GThread *thread;

	g_cond_init (&self.cond);
	thread = g_thread_new ("keeper", keep_promise, &self);
	g_mutex_lock (&mutex);
	while (!self.ready)
		g_cond_wait (&self.cond, &mutex);
	g_mutex_unlock (&mutex);
	shared++;
	g_thread_join (thread);
	g_cond_clear (&self.cond);
}

static int *
value_once (void)
{
	static gsize known;
	static int value;

	if (!clean) {
		value = 1;
	} else if (g_once_init_enter (&known)) {
		value = 1;
		g_once_init_leave (&known, 1);
	}
	return &value;
}

static gpointer
read_once (gpointer data)
{
	for (int i = 0; i < TIMES; i++)
		g_assert (*value_once () == 1);
	return NULL;
}

static void
plant_once_init (void)
{
	run_two (read_once, NULL);
}

static gpointer
make_value (gpointer data)
{
	shared = 1;
	return &shared;
}

static gpointer
call_once (gpointer data)
{
	const int *value = clean ? g_once ((GOnce *)data, make_value, NULL) : make_value (NULL);

	g_assert (*value == 1);
	return NULL;
}

static void
plant_once (void)
{
	GOnce once = G_ONCE_INIT;

	run_two (call_once, &once);
}

static gpointer
clean_table (gpointer data)
{
	for (int i = 0; i < TIMES; i++) {
		lock ();
		/* It has none, so that it comes to no harm. */
		g_hash_table_remove (data, GINT_TO_POINTER (i));
		unlock ();
	}
	return NULL;
}

static void
plant_table (void)
{
	g_autoptr (GHashTable) table = g_hash_table_new (NULL, NULL);

	run_two (clean_table, table);
}

static gpointer
clean_array (gpointer data)
{
	for (int i = 0; i < TIMES; i++) {
		lock ();
		/* It has none. */
		g_ptr_array_remove (data, NULL);
		unlock ();
	}
	return NULL;
}

static void
plant_array (void)
{
	g_autoptr (GPtrArray) array = g_ptr_array_new ();

	run_two (clean_array, array);
}

int
main (int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*plant) (void);
	} kinds[] = {
		{"mutex", plant_mutex},         {"trylock", plant_trylock}, {"condition", plant_condition},
		{"once_init", plant_once_init}, {"once", plant_once},       {"hash_table", plant_table},
		{"ptr_array", plant_array},
	};

	for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS (kinds); i++) {
		if (strcmp (argv[1], kinds[i].name) == 0) {
			clean = strcmp (argv[2], "clean") == 0;
			kinds[i].plant ();
			return 0;
		}
	}
	g_printerr ("usage: planted KIND clean|race\n");
	return 2;
}
