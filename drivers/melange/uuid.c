/*
 * uuid.c: random UUIDs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "uuid.h"

#include <glib.h>
#include <sys/random.h>

/* Not g_uuid_string_random(): its generator's state is copied by fork(). */
char *
melange_new_uuid (void)
{
	guint8 bytes[16] = {0};
	gsize done = 0;

	while (done < sizeof bytes) {
		gssize got = getrandom (bytes + done, sizeof bytes - done, 0);
		if (got > 0)
			done += (gsize)got;
	}
	bytes[6] = (guint8)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (guint8)((bytes[8] & 0x3f) | 0x80);
	GString *text = g_string_new (NULL);
	for (gsize i = 0; i < sizeof bytes; i++)
		g_string_append_printf (text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", bytes[i]);
	return g_string_free (text, FALSE);
}
