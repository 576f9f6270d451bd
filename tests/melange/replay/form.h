/*
 * Requests in a form in which two that mean the same are equal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_FORM_H
#define TESTS_MELANGE_REPLAY_FORM_H

#include <glib.h>
#include <jansson.h>

/* A path below the host without the suffix .json, its query without `limit` and in a fixed order, all values canonical.
 * To be freed. */
char *form_target (const char *target);
/* A body with canonical values, without what means nothing: an empty model, null members of what is created, the tenant
 * of the path or of the interface where it is the default anyway. NULL: none, or no such thing. New reference. */
json_t *form_body (const char *method, const char *target, json_t *body);

/* A NAT pair that is added or removed, the same whichever side of it the request goes to: "POST local LOCAL global
 * GLOBAL". To be freed. NULL: not a request about one pair. */
char *form_pair (const char *method, const char *target, json_t *body);

/* Ids of interfaces that the client chose: removes from `body` those that stand where `recorded` has none, and appends
 * them (to be freed) in the order in which they stand in the body; NULL for an interface that has one in both. */
void form_take_chosen_ids (json_t *recorded, json_t *body, GPtrArray *ids);

#endif
