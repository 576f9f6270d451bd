/*
 * What a handle on a historical service remembers between calls: interfaces that are to be deleted because a
 * call was given up that may have made them, what it has handed out lately, and whether the service answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_STATE_H
#define MELANGE_STATE_H

#include "melange.h"

/* Deletes what is still to be deleted, as far as the service lets it and until it does not answer, and frees the
 * state. Nothing was remembered: does nothing. */
void melange_state_free (melange_instance *self);

/* Notes an interface that the driver has named (nobody else ever does), and that a call that failed may have made: it
 * is deleted with all that it holds, now or as soon as the service can be reached: not now if it is silent. */
void melange_state_abandon (melange_instance *self, const char *interface);
/* Deletes an interface that the caller has named, once and now, and not if the service is
 * silent: later it may be another of that name. */
void melange_state_discard (melange_instance *self, const char *interface);
/* Deletes what was abandoned, as long as the service answers; what cannot be deleted yet stays noted. */
void melange_state_settle (melange_instance *self);

/* What takes back is not tried at a service that has just not answered: the caller has waited for long enough. */
#define MELANGE_SILENT "not tried, since the service does not answer"

/* Notes how a request ended: from one that got no answer in all its attempts to the next that gets one, the service
 * is silent. */
void melange_state_heard (melange_instance *self, const service_request *request, ip_driver_status status,
                          const service_answer *answer);
gboolean melange_state_is_silent (melange_instance *self);

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
