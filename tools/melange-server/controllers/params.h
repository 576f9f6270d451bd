/*
 * What a request brings: the variables of its path and the values of its body, with the leniency of the historical
 * service: null and "" are no value, a number does for a text and a text for a number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_PARAMS_H
#define CONTROLLERS_PARAMS_H

#include "../controller.h"

/* The tenant of the path; NULL on a path that names none. */
const char *params_tenant (const server_request *request);
/* A variable of the path that is a UUID. NULL: it is none, and the answer is that there is no such MODEL. */
const char *params_uuid (const server_request *request, const char *name, const char *model, server_answer *answer);

/* The values of one object. The first one of a wrong kind is answered with 400 and makes it `failed`. */
typedef struct {
	server_answer *answer;
	/* Borrowed; NULL: no values. */
	json_t *values;
	/* Texts that were made. */
	GPtrArray *texts;
	gboolean failed;
} params;

/* The body's {"MODEL": {...}}; no body, or one without the model, has no values. */
void params_open (params *self, const server_request *request, const char *model, server_answer *answer);
/* An object inside another, `name` for messages; NULL or null: no values. */
void params_open_value (params *self, json_t *value, const char *name, server_answer *answer);
void params_clear (params *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (params, params_clear)

/* Whether the name is there, be it with null. */
gboolean params_has (const params *self, const char *name);

/* Lets a text that was made live as long as `self`. */
const char *params_keep (params *self, char *text);

/* Texts live as long as `self`. NULL: not given. */
const char *params_text (params *self, const char *name);
/* Of at most IP_DRIVER_ID_MAX bytes. */
const char *params_id (params *self, const char *name);
/* In the ABI's form if it is one of those in forms.h; as given otherwise. */
const char *params_mac (params *self, const char *name);
const char *params_address (params *self, const char *name);
/* A text; NULL also for any other kind of value, without a failure. */
const char *params_only_text (const params *self, const char *name);
/* FALSE: not given, or no integer; a fraction is cut off. */
gboolean params_integer (const params *self, const char *name, gint64 *ret_value);
/* Addresses of a list. NULL: not given, or none in it. Owned by `self`. */
const char *const *params_addresses (params *self, const char *name, gsize *ret_count);

#endif
