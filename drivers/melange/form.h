/*
 * What the service answers by its extension, decoded, and held against the forms that the ABI promises to the caller.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_FORM_H
#define MELANGE_FORM_H

#include "wire.h"

/* Decodes a result, as wire_decode() does without `strict`. It is refused too if one of its addresses, CIDRs, MACs,
 * netmasks, UUIDs or counts is none, or is not in the canonical form. */
gpointer melange_decode (const wire_type *type, json_t *object, wire_memory *memory, char **ret_problem);

#endif
