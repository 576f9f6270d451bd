/*
 * Creating what has an id of the service's choice: blocks, subnets, routes, policies and their parts, MAC ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_CREATE_H
#define MELANGE_CREATE_H

#include "paging.h"

typedef struct {
	/* Keys of one in an answer, and of the list. */
	const char *name;
	const char *list_name;
	paging_kind kind;
	/* Where it is created and listed. Owned; NULL: it could not be made, and `error` is filled. */
	char *path;
	/* What is sent. Owned. */
	json_t *fields;
} creation;

void creation_clear (creation *creation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (creation, creation_clear)

/*
 * Creates, and hands back the object, a new reference. If the outcome is unknown the list is read: what has
 * the fields that were sent, was created since the call began and was not handed out by this handle before is
 * it, if it is the only one; if there is none the creation is repeated; if there are several, nobody can tell,
 * and the call fails as IP_DRIVER_UNAVAILABLE, not to be retried.
 */
ip_driver_status melange_create (melange_instance *self, const creation *creation, json_t **ret_object,
                                 ip_driver_error *error);

/* The same, and gives the object to `results`. */
ip_driver_status melange_create_and_give (melange_instance *self, const creation *creation, record_give give,
                                          const record_context *context, ip_driver_results *results,
                                          ip_driver_error *error);

#endif
