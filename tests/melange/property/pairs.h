/*
 * Texts that are the same but for UUIDs that two sides made up: each of one side stands for one of the other, always
 * the same.
 */
#ifndef TESTS_MELANGE_PROPERTY_PAIRS_H
#define TESTS_MELANGE_PROPERTY_PAIRS_H

#include <glib.h>

typedef struct pairs pairs;

pairs *pairs_new (void);
void pairs_free (pairs *self);

/* Whether the texts match; new pairs are noted. */
gboolean pairs_match (pairs *self, const char *one, const char *other);

#endif
