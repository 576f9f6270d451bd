/*
 * What a random call is made of. Names come from small pools, so that calls meet: what exists, what is
 * taken, what is another's, and now and then what nobody knows.
 */
#ifndef TESTS_NATIVE_MODEL_CHOICES_H
#define TESTS_NATIVE_MODEL_CHOICES_H

#include <string.h>

#include "world.h"

#define PICK(self, pool) ((pool)[g_rand_int_range ((self)->random, 0, G_N_ELEMENTS (pool))])
/* For notes. */
#define TEXT(value) ((value) ? (value) : "-")

gboolean chance (world *self, int percent);
/* 0 to count - 1; 0 if count is 0. */
guint below (world *self, guint count);
/* NULL, or the value with that chance. */
const char *maybe (world *self, int percent, const char *value);
/* A copy that lives as long as the sequence. */
const char *stay (world *self, const char *text);

/* Of the pools. */
#define FIRST_NETWORK "red"
const char *pick_tenant (world *self);
const char *pick_network (world *self);
const char *pick_device (world *self);
const char *pick_interface (world *self);
const char *pick_key (world *self);
const char *pick_mac (world *self);
/* Name servers; addresses that are in no block, mostly. */
const char *pick_server (world *self);
const char *pick_stranger (world *self);

const char *new_id (world *self);
const char *unknown_id (void);
/* The id of an element of one of the model's arrays, seldom an unknown one. */
const char *known_id (world *self, GArray *array);
/* An id for something new, seldom one that is taken. */
const char *fresh_id (world *self, GArray *array);

/* The owner, or anyone (NULL), or seldom somebody else. */
const char *tenant_like (world *self, const char *owner);
const char *tenant_of_block (world *self, const char *id);
const char *tenant_of_interface (world *self, const char *id);

/* What exists, mostly. */
const char *some_block (world *self);
/* One that can allocate, if there is one. */
const char *some_leaf (world *self);
/* NULL, or a policy with that chance, if there is one. */
const char *some_policy (world *self, int percent);
const char *some_interface (world *self);
/* In a block, mostly. */
const char *address_in (world *self, const char *id);
/* A known address: block, address, and perhaps the id. */
ip_driver_address_ref some_ref (world *self, gboolean with_id);
/* Fills `ret` with one to three. */
size_t some_refs (world *self, ip_driver_address_ref ret[3], gboolean with_id);
void note_refs (world *self, const char *name, const ip_driver_address_ref *refs, size_t count);
uint32_t some_limit (world *self);
uint32_t some_hold (world *self);

/* Calls the driver, renders what it returns, frees it. */
#define CALL_ONE(type, renderer, call)                                                                                 \
	ip_driver_##type *result = NULL;                                                                               \
	ip_driver_status status = call;                                                                                \
	if (status == IP_DRIVER_OK) {                                                                                  \
		renderer (self->got, result);                                                                          \
		ip_driver_##type##_free (result);                                                                      \
	}

/* All pages of a list, as one. `args` has limit and marker. */
#define CALL_LIST(list_type, renderer, args, call)                                                                     \
	ip_driver_status status;                                                                                       \
	g_autofree char *marker = NULL;                                                                                \
	do {                                                                                                           \
		ip_driver_##list_type *page = NULL;                                                                    \
		(args).marker = marker;                                                                                \
		status = call;                                                                                         \
		if (status != IP_DRIVER_OK)                                                                            \
			break;                                                                                         \
		if ((args).limit && page->count > (args).limit)                                                        \
			g_string_append (self->got, "a page of more than its limit\n");                                \
		for (size_t i = 0; i < page->count; i++)                                                               \
			renderer (self->got, page->items[i]);                                                          \
		g_free (marker);                                                                                       \
		marker = g_strdup (page->next_marker);                                                                 \
		ip_driver_##list_type##_free (page);                                                                   \
	} while (marker)

#endif
