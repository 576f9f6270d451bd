/*
 * UUIDs that no other process makes, a child of this one included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_UUID_H
#define MELANGE_UUID_H

/* A random UUID (RFC 4122, version 4) as text, to be freed. */
char *melange_new_uuid (void);

#endif
