/*
 * Group commit: see writer.h. Uses the storage seam only.
 *
 * All who want to write stand in one line. The head of the line leads: it has the transaction, and
 * everyone behind it up to the next who wants one for himself becomes its group. When it is done, the
 * new head leads.
 */
#include "writer.h"

#include <pthread.h>

/* The most operations of one transaction. */
#define GROUP_MAX 128

typedef enum {
	/* In the line; may give up. */
	WAITING,
	/* At the head of the line, and the transaction is his. */
	LEADING,
	/* Another runs his operation. */
	TAKEN,
	DONE
} request_state;

/* One who waits; lives on his stack. */
typedef struct request request;
struct request {
	request *next;
	/* NULL: wants a transaction for himself. */
	writer_operation operation;
	gpointer data;
	ip_driver_error *error;
	ip_driver_status status;
	gint64 deadline;
	request_state state;
	pthread_cond_t wake;
};

struct writer {
	storage *storage;
	pthread_condattr_t monotonic;
	pthread_mutex_t mutex;
	/* Somebody leads. He is not in the line any more. */
	gboolean led;
	request *first;
	request *last;
};

writer *
writer_new (storage *store)
{
	writer *w = g_new0 (writer, 1);

	w->storage = store;
	pthread_mutex_init (&w->mutex, NULL);
	pthread_condattr_init (&w->monotonic);
	pthread_condattr_setclock (&w->monotonic, CLOCK_MONOTONIC);
	return w;
}

void
writer_free (writer *w)
{
	if (w == NULL)
		return;
	g_assert (!w->led && w->first == NULL);
	pthread_condattr_destroy (&w->monotonic);
	pthread_mutex_destroy (&w->mutex);
	g_free (w);
}

/* Takes a request out of the line, wherever it stands. */
static void
leave_line (writer *w, request *self)
{
	request *before = NULL;

	for (request *r = w->first; r != self; r = r->next)
		before = r;
	if (before != NULL)
		before->next = self->next;
	else
		w->first = self->next;
	if (w->last == self)
		w->last = before;
}

/* Waits in line, to come back LEADING, DONE, or, if the time ran out, WAITING. */
static void
wait_in_line (writer *w, request *self)
{
	struct timespec time;

	self->deadline = g_get_monotonic_time () + (gint64)storage_timeout (w->storage) * 1000;
	self->next = NULL;
	self->state = WAITING;
	pthread_mutex_lock (&w->mutex);
	if (!w->led) {
		w->led = TRUE;
		self->state = LEADING;
		pthread_mutex_unlock (&w->mutex);
		return;
	}
	pthread_cond_init (&self->wake, &w->monotonic);
	if (w->last != NULL)
		w->last->next = self;
	else
		w->first = self;
	w->last = self;
	time.tv_sec = self->deadline / G_USEC_PER_SEC;
	time.tv_nsec = self->deadline % G_USEC_PER_SEC * 1000;
	while (self->state == WAITING) {
		if (pthread_cond_timedwait (&self->wake, &w->mutex, &time) != 0 && self->state == WAITING) {
			leave_line (w, self);
			break;
		}
	}
	/* Once it is taken, the outcome is near, and has to be known. */
	while (self->state == TAKEN)
		pthread_cond_wait (&self->wake, &w->mutex);
	pthread_mutex_unlock (&w->mutex);
	pthread_cond_destroy (&self->wake);
}

/* Takes the group of the one who leads from the head of the line. */
static request *
take_group (writer *w, request *leader)
{
	request *last = leader;

	pthread_mutex_lock (&w->mutex);
	for (int count = 1; count < GROUP_MAX && w->first != NULL && w->first->operation != NULL; count++) {
		last->next = w->first;
		last = w->first;
		last->state = TAKEN;
		w->first = last->next;
	}
	if (w->first == NULL)
		w->last = NULL;
	last->next = NULL;
	pthread_mutex_unlock (&w->mutex);
	return leader;
}

/* Makes the head of the line lead, and sends the group on its way. */
static void
hand_over (writer *w, request *followers)
{
	request *next;

	pthread_mutex_lock (&w->mutex);
	next = w->first;
	w->led = next != NULL;
	if (next != NULL) {
		w->first = next->next;
		if (w->first == NULL)
			w->last = NULL;
		next->state = LEADING;
		pthread_cond_signal (&next->wake);
	}
	while (followers != NULL) {
		request *follower = followers;

		/* It is gone as soon as the mutex is free. */
		followers = follower->next;
		follower->state = DONE;
		pthread_cond_signal (&follower->wake);
	}
	pthread_mutex_unlock (&w->mutex);
}

/* Runs an operation. The error of the storage goes first: what the operation saw after it was nothing. */
static ip_driver_status
run (storage_connection *connection, writer_operation operation, gpointer data, ip_driver_error *error)
{
	ip_driver_status status = operation (connection, data, error);
	ip_driver_status sticky = storage_error (connection, error);

	return sticky != IP_DRIVER_OK ? sticky : status;
}

ip_driver_status
writer_run_held (storage_connection *connection, writer_operation operation, gpointer data, ip_driver_error *error)
{
	ip_driver_status status;

	storage_savepoint (connection);
	status = run (connection, operation, data, error);
	if (status == IP_DRIVER_OK) {
		storage_savepoint_release (connection);
		status = storage_error (connection, error);
	}
	if (status != IP_DRIVER_OK)
		storage_savepoint_undo (connection);
	return status;
}

/* Runs the only operation of a transaction. */
static void
run_alone (storage_connection *connection, request *self)
{
	self->status = run (connection, self->operation, self->data, self->error);
	if (self->status == IP_DRIVER_OK)
		self->status = storage_write_commit (connection, self->error);
	else
		storage_write_rollback (connection);
}

static void
run_group (storage_connection *connection, request *group)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status = IP_DRIVER_OK;
	gboolean changed = FALSE;

	for (request *r = group; r != NULL && status == IP_DRIVER_OK; r = r->next) {
		r->status = writer_run_held (connection, r->operation, r->data, r->error);
		changed |= r->status == IP_DRIVER_OK;
		status = storage_error (connection, &error);
	}
	if (status == IP_DRIVER_OK && changed)
		status = storage_write_commit (connection, &error);
	else
		storage_write_rollback (connection);
	/* Also those that failed by themselves: they may have done so because of what is now undone. */
	for (request *r = group; r != NULL && status != IP_DRIVER_OK; r = r->next)
		r->status = ip_driver_fail (r->error, status, error.message);
}

static ip_driver_status
time_out (writer *w, ip_driver_error *error)
{
	g_autofree char *message =
		g_strdup_printf ("database %s is busy: others are writing", storage_location (w->storage));

	return ip_driver_fail (error, IP_DRIVER_UNAVAILABLE, message);
}

ip_driver_status
writer_run (writer *w, writer_operation operation, gpointer data, ip_driver_error *error)
{
	request self = {.operation = operation, .data = data, .error = error};
	storage_connection *connection;

	wait_in_line (w, &self);
	if (self.state == DONE)
		return self.status;
	if (self.state == WAITING)
		return time_out (w, error);
	self.next = NULL;
	self.status = storage_write_begin_until (w->storage, self.deadline, &connection, error);
	if (self.status == IP_DRIVER_OK) {
		/* Only now: more have come while the turn was awaited. */
		take_group (w, &self);
		if (self.next == NULL)
			run_alone (connection, &self);
		else
			run_group (connection, &self);
	}
	hand_over (w, self.next);
	return self.status;
}

ip_driver_status
writer_hold (writer *w, storage_connection **ret_connection, ip_driver_error *error)
{
	request self = {.operation = NULL};
	ip_driver_status status;

	wait_in_line (w, &self);
	if (self.state == WAITING)
		return time_out (w, error);
	status = storage_write_begin_until (w->storage, self.deadline, ret_connection, error);
	if (status != IP_DRIVER_OK)
		hand_over (w, NULL);
	return status;
}

ip_driver_status
writer_commit_held (writer *w, storage_connection *connection, ip_driver_error *error)
{
	ip_driver_status status = storage_write_commit (connection, error);

	hand_over (w, NULL);
	return status;
}

void
writer_rollback_held (writer *w, storage_connection *connection)
{
	storage_write_rollback (connection);
	hand_over (w, NULL);
}
