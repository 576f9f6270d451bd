/*
 * What follows from the recorded answers: a block that was created can be read, an interface that nothing was said of
 * is not there. With it the replayer answers what the driver reads besides, in the shapes that were recorded, where the
 * very request was not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_KNOWN_H
#define TESTS_MELANGE_REPLAY_KNOWN_H

#include <glib.h>
#include <jansson.h>

typedef struct known known;

known *known_new (void);
void known_free (known *self);

/* Takes in a successful exchange. body, answer: NULL: none. */
void known_learn (known *self, const char *method, const char *target, json_t *body, json_t *answer);

/* The answer to a GET: a new reference, with its status. NULL: nothing is known. */
json_t *known_answer (known *self, const char *target, guint *ret_status);

#endif
