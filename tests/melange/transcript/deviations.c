/*
 * Lists of exchanges that are known to go otherwise than recorded, and why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transcript.h"

#include <string.h>

static void
deviation_free (gpointer data)
{
	transcript_deviation *deviation = data;

	g_free (deviation->label);
	g_free (deviation->reason);
	g_free (deviation);
}

/* Cuts "404: " from the front of a reason. */
static guint
leading_status (const char **reason)
{
	char *end;
	guint64 status = g_ascii_strtoull (*reason, &end, 10);

	if (end != *reason + 3 || *end != ':')
		return 0;
	*reason = end + 1 + strspn (end + 1, " ");
	return (guint)status;
}

GPtrArray *
transcript_deviations_load (const char *path, const char *scenario, char **ret_problem)
{
	g_autoptr (GPtrArray) deviations = g_ptr_array_new_with_free_func (deviation_free);
	g_autoptr (GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto (GStrv) lines = NULL;

	if (!g_file_get_contents (path, &text, NULL, &error)) {
		*ret_problem = g_strdup (error->message);
		return NULL;
	}
	lines = g_strsplit (text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto (GStrv) parts = g_strsplit (g_strstrip (lines[i]), "|", 3);
		transcript_deviation *deviation;
		const char *reason;

		if (lines[i][0] == '\0' || lines[i][0] == '#')
			continue;
		if (g_strv_length (parts) != 3 || *g_strstrip (parts[0]) == '\0' || *g_strstrip (parts[1]) == '\0' ||
		    *g_strstrip (parts[2]) == '\0') {
			*ret_problem =
				g_strdup_printf ("%s:%u: not of the form SCENARIO | LABEL | REASON", path, i + 1);
			return NULL;
		}
		if (!g_str_equal (parts[0], scenario))
			continue;
		for (guint j = 0; j < deviations->len; j++) {
			if (g_str_equal (((transcript_deviation *)deviations->pdata[j])->label, parts[1])) {
				*ret_problem = g_strdup_printf ("%s:%u: %s is listed twice", path, i + 1, parts[1]);
				return NULL;
			}
		}
		reason = parts[2];
		deviation = g_new0 (transcript_deviation, 1);
		deviation->label = g_strdup (parts[1]);
		deviation->status = leading_status (&reason);
		deviation->reason = g_strdup (reason);
		g_ptr_array_add (deviations, deviation);
		if (reason[0] == '\0') {
			*ret_problem = g_strdup_printf ("%s:%u: has no reason", path, i + 1);
			return NULL;
		}
	}
	return g_steal_pointer (&deviations);
}

transcript_deviation *
transcript_deviations_find (GPtrArray *deviations, const char *label)
{
	for (guint i = 0; i < deviations->len; i++) {
		transcript_deviation *deviation = deviations->pdata[i];

		if (g_str_equal (deviation->label, label)) {
			deviation->used = TRUE;
			return deviation;
		}
	}
	return NULL;
}
