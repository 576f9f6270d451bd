/*
 * What a call has done for an interface: asked when its outcome is unknown, and undone when it failed half-way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_VIF_H
#define MELANGE_VIF_H

#include "block.h"

/* How often an allocation is tried whose outcome was unknown and of which nothing was to be seen, and how often one
 * that lost a race. */
#define VIF_ATTEMPTS 3
#define VIF_RACES 8

/* A call that allocates for an interface. */
typedef struct {
	melange_instance *self;
	/* Of the blocks, and of the interface. */
	const char *tenant;
	const char *used_by;
	/* Where it allocates: one of them. */
	const char *block;
	const char *network;
	/* Owned. */
	char *interface;
	/* The driver chose its id, so that all that it holds was given by this call. */
	gboolean made;
	/* Nobody is told of it. */
	gboolean hidden;
	/* It is being deleted already. */
	gboolean abandoned;
	/* More than one address is wanted. */
	gboolean several;
	/* It holds an address that this call has obtained, and must not be given up for the sake of another. */
	gboolean in_use;
	/* Interfaces that nobody is told of and that hold what this call has obtained before; NULL: none. */
	GPtrArray *earlier;
	melange_moment began;
} vif_call;

/* Begins one: `interface`, `device` and `mac` as in ip_driver_address_allocate_args. */
void vif_call_init (vif_call *call, melange_instance *self, const char *tenant, const char *used_by,
                    const char *interface, const char *device, const char *mac);
void vif_call_clear (vif_call *call);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (vif_call, vif_call_clear)

/*
 * Reads what the call has given to the interface: addresses where it allocates that were not there when it
 * began and were not handed out by this handle before. A new array of the addresses as the
 * interface's record has them, each with its own record as "record". An interface that does not exist has none.
 */
ip_driver_status vif_call_given (const vif_call *call, json_t **ret_given, ip_driver_error *error);

/* After an address was obtained, and another is wanted: one that nobody is told of gets an interface of its own. */
void vif_call_next (vif_call *call);
/* Gives up all that the call has obtained on interfaces that the driver chose; of another interface: nothing. */
void vif_call_abandon_all (vif_call *call);

/* Gives up an interface that the driver chose, with all that it holds; of another interface: nothing. */
void vif_call_abandon (vif_call *call);

/* After an attempt of unknown outcome that has given nothing: makes ready for another. One that arrives late
 * must not give to the interface of the next. */
void vif_call_again (vif_call *call);

/* After an attempt that failed with `status` and this answer: takes back what it left behind, as far as it can; not
 * what attempts before it have obtained. */
void vif_call_undo (vif_call *call, ip_driver_status status, const service_answer *answer);

/* Releases an address; the log has it if that fails. */
void vif_release (melange_instance *self, const char *tenant, const char *block, const char *address);

/* address.c: allocates one address in call->block, which is args->block. *ret_record is a new reference. */
ip_driver_status melange_address_obtain (vif_call *call, const ip_driver_address_allocate_args *args,
                                         json_t **ret_record, ip_driver_error *error);

/*
 * Why a wanted address was refused, where the service gave a cruder reason ("full", "already allocated"):
 * returns the status that fits, with `error` filled and the address named.
 */
ip_driver_status vif_explain (const vif_call *call, const char *address, ip_driver_status status,
                              const service_answer *answer, ip_driver_error *error);

#endif
