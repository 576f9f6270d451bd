/*
 * What the files of this library share beyond transcript.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_TRANSCRIPT_PARTS_H
#define TESTS_MELANGE_TRANSCRIPT_PARTS_H

#include "transcript.h"

/* What ${timestamp} is called in XML, where it is spelt otherwise. */
#define TRANSCRIPT_XML_TIME "timestamp in xml"

/* Whether a text is the recorded one by all the rules: placeholders, links, the service's own words. `key`: of what it
 * is the value; NULL: nothing. */
gboolean transcript_value_match (transcript_names *names, const char *key, const char *expected, const char *actual);

/* Whether `unordered` has a name. */
gboolean transcript_is_unordered (json_t *unordered, const char *name);

/* Whether the elements of two lists, `expected` and `actual` of them, can be paired so that each pair matches. On
 * success the names of those pairs are bound. */
typedef gboolean (*transcript_pair_match) (guint expected, guint actual, gpointer data);
gboolean transcript_pair_up (transcript_names *names, guint expected, guint actual, transcript_pair_match match,
                             gpointer data);

#endif
