/*
 * tally.c: see tally.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tally.h"

guint64
tally_total (const guint64 *counts, unsigned kinds)
{
	guint64 sum = 0;

	for (unsigned kind = 0; kind < kinds; kind++)
		sum += counts[kind];
	return sum;
}

void
tally_append (GString *text, guint64 count, const char *one, const char *many)
{
	g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count), *grouped = out_grouped (digits);

	if (count > 0)
		g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", grouped, count == 1 ? one : many);
}

char *
tally_text (const tally_kind *names, const guint64 *counts, unsigned kinds)
{
	GString *text = g_string_new (NULL);

	for (unsigned kind = 0; kind < kinds; kind++)
		tally_append (text, counts[kind], names[kind].one, names[kind].many);
	return g_string_free (text, FALSE);
}

json_t *
tally_json (const tally_kind *names, const guint64 *counts, unsigned kinds)
{
	json_t *object = json_object ();

	for (unsigned kind = 0; kind < kinds; kind++)
		json_object_set_new (object, names[kind].key, json_integer ((json_int_t)counts[kind]));
	return object;
}
