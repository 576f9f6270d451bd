/*
 * What a handle on a historical service remembers between calls: interfaces that are to be deleted because a
 * call was given up that may have made them, and what it has handed out lately.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_STATE_H
#define MELANGE_STATE_H

#include "melange.h"

/* Deletes what is still to be deleted, as far as the service lets it, and frees the state. Nothing was
 * remembered: does nothing. */
void melange_state_free (melange_instance *self);

/* Notes an interface that the driver has named (nobody else ever does), and that a call that failed may have made: it
 * is deleted with all that it holds, now or as soon as the service can be reached. */
void melange_state_abandon (melange_instance *self, const char *interface);
/* Deletes an interface that the caller has named, once and now: later it may be another of that name. */
void melange_state_discard (melange_instance *self, const char *interface);
/* Deletes what was abandoned; what cannot be deleted yet stays noted. */
void melange_state_settle (melange_instance *self);

/* Notes the id of something that was handed out. */
void melange_state_gave (melange_instance *self, const char *id);
/* Whether it was handed out by this handle in the last minutes. */
gboolean melange_state_has_given (melange_instance *self, const char *id);

/* A new id for an interface that the caller does not name. */
char *melange_new_interface (void);
/* The same, for an allocation that is to have none: the driver does not show it. */
char *melange_new_hidden_interface (void);
gboolean melange_is_hidden_interface (const char *interface);

#endif
