/*
 * One random sequence: an open driver, the model beside it, and what they are fed with. An operation
 * (operations.h) makes up its arguments, notes them, calls both and hands the outcome to
 * world_compare(); property_test.c chooses the operations.
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
	/* Results of the current step. */
	GString *got, *want;
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
} world;

typedef struct {
	const char *name;
	void (*run) (world *self);
	guint weight;
} world_operation;

extern const world_operation world_operations[];
extern const gsize world_operation_count;

void world_note (world *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Says whether the driver's answer is one that the model accepts. unordered: the contract gives the
 * result no order. */
void world_compare (world *self, ip_driver_status status, model_outcome outcome, gboolean unordered);
/* Blocks to begin with. */
void world_populate (world *self);
/* Whether each block's usage is as the model counts it. */
void world_compare_usage (world *self);

#endif
