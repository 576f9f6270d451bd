/*
 * One random sequence: an open driver, the model beside it, and what they are fed with. An operation
 * (operations.h) makes up its arguments, notes them, calls both and hands the outcome to
 * world_compare(). Worlds of one seed do the same as long as their drivers answer the same.
 */
#ifndef TESTS_NATIVE_MODEL_WORLD_H
#define TESTS_NATIVE_MODEL_WORLD_H

#include "model.h"
#include "render.h"

#define WORLD_SNAPSHOTS 4

typedef struct {
	/* A transaction, while there is one. */
	ip_driver *driver;
	ip_driver_error error;
	model *model;
	GRand *random;
	GStringChunk *texts;
	guint ids; /* how many were made up */
	/* What was done so far, a line each. */
	GString *log;
	/* Results of the current call. */
	GString *got, *want;
	/* All that the driver has answered in the current step. */
	GString *answers;
	/* Why the sequence is over: NULL as long as the two agree. */
	char *trouble;
	/* Tokens for reconcile, and the steps at which they were given. */
	char *tokens[WORLD_SNAPSHOTS];
	gint64 token_steps[WORLD_SNAPSHOTS];
	/* The last calls with a request key, to be repeated. */
	ip_driver_address_allocate_args keyed_address;
	ip_driver_network_allocate_args keyed_network;
	ip_driver_interface_create_args keyed_interface;
	ip_driver_interface_network keyed_interface_network;
	/* The driver's configuration that the model does not have. */
	const char *generator;
	/* Within a transaction: the driver without, and what to go back to. */
	gboolean inside;
	ip_driver *outside;
	model_data saved;
} world;

typedef struct {
	const char *name;
	void (*run) (world *self);
	guint weight;
} world_operation;

extern const world_operation world_operations[];
extern const gsize world_operation_count;

/* One of the generators is chosen, as is the rest of the configuration. The driver is then to be set, and remains the
 * caller's. */
world *world_new (guint seed, gint64 quarantine, const char *const *generators, guint generator_count);
void world_free (world *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (world, world_free)
/* The settings of a native driver on that database; returns how many. */
#define WORLD_SETTINGS 8
size_t world_settings (world *self, const char *path, ip_driver_setting ret[WORLD_SETTINGS]);

/* The next operation; `last` ends a transaction. */
void world_step (world *self, gboolean last);
/* An operation by its name. */
void world_run (world *self, const char *name);
/* The store's own check must find nothing. */
void world_check_store (world *self);

void world_note (world *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Says whether the driver's answer is one that the model accepts. unordered: the contract gives the
 * result no order. */
void world_compare (world *self, ip_driver_status status, model_outcome outcome, gboolean unordered);
/* Blocks to begin with. */
void world_populate (world *self);
/* Whether each block's usage is as the model counts it. */
void world_compare_usage (world *self);

#endif
