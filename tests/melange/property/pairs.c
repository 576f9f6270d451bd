/* See pairs.h. */
#include <string.h>

#include "pairs.h"

#define UUID_SIZE 36

struct pairs {
	GHashTable *others; /* of one */
	GHashTable *ones;   /* of the other */
};

pairs *
pairs_new (void)
{
	pairs *self = g_new0 (pairs, 1);

	self->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	self->ones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	return self;
}

void
pairs_free (pairs *self)
{
	g_hash_table_unref (self->others);
	g_hash_table_unref (self->ones);
	g_free (self);
}

/* NULL: there is none at that place. */
static char *
uuid_at (const char *text)
{
	g_autofree char *uuid = g_strndup (text, UUID_SIZE);

	return strlen (uuid) == UUID_SIZE && g_uuid_string_is_valid (uuid) ? g_steal_pointer (&uuid) : NULL;
}

static gboolean
pair_up (pairs *self, const char *one, const char *other)
{
	const char *known_other = g_hash_table_lookup (self->others, one);
	const char *known_one = g_hash_table_lookup (self->ones, other);

	if (known_other || known_one)
		return g_strcmp0 (known_other, other) == 0 && g_strcmp0 (known_one, one) == 0;
	g_hash_table_insert (self->others, g_strdup (one), g_strdup (other));
	g_hash_table_insert (self->ones, g_strdup (other), g_strdup (one));
	return TRUE;
}

gboolean
pairs_match (pairs *self, const char *one, const char *other)
{
	while (*one && *other) {
		g_autofree char *uuid = uuid_at (one);
		g_autofree char *other_uuid = uuid ? uuid_at (other) : NULL;
		if (uuid && other_uuid) {
			if (!pair_up (self, uuid, other_uuid))
				return FALSE;
			one += UUID_SIZE;
			other += UUID_SIZE;
		} else if (*one++ != *other++) {
			return FALSE;
		}
	}
	return *one == *other;
}
