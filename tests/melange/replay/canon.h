/*
 * The canonical forms of the ABI (base.h), so that what the service spells otherwise can be compared. Written apart
 * from the library and the driver, whose mistakes it must not share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_CANON_H
#define TESTS_MELANGE_REPLAY_CANON_H

#include <glib.h>
#include <jansson.h>

/* An address, CIDR, MAC or MAC range in its canonical form; anything else as it is. To be freed. */
char *canon_text (const char *text);
/* The same in every text of a value. New reference. */
json_t *canon_json (json_t *value);
/* A time of the service as seconds since 1970; 0: none. */
gint64 canon_time (const char *text);

#endif
