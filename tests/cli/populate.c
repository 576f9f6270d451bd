/*
 * populate.c: see populate.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "populate.h"

#include <string.h>

void
populate (cli_env *env)
{
	g_autofree char *block = NULL, *six = NULL, *outside = NULL, *other = NULL, *late = NULL;

	OK (env, "--tenant", "t", "policy", "create", "skip", "--description", "ünï\ncode");
	OK (env, "policy", "range", "create", "skip", "--offset", "-5", "--length", "5");
	OK (env, "policy", "octet", "create", "skip", "7");
	/* While there is no range, it has no MAC address. */
	OK (env, "--tenant", "t", "interface", "create", "--id", "bare");
	OK (env, "mac-range", "create", "02:00:00:00:00:00/24");
	block = make_block (env, "10.0.0.0/24", "--network", "n", "--gateway", "10.0.0.1", "--policy", "skip", "--dns1",
	                    "9.9.9.9", NULL);
	six = make_block (env, "fd00::/64", "--network", "n", NULL);
	outside = make_block (env, "203.0.113.0/24", "--type", "public", NULL);
	/* Two blocks that only their ids tell apart. */
	other = make_block (env, "172.16.0.0/12", NULL);
	late = make_block (env, "172.16.0.0/12", NULL);
	OK (env, "subnet", "create", other, "--prefix-length", "16", "--subnet-tenant", "u");
	OK (env, "subnet", "create", "172.16.0.0/16", "--cidr", "172.16.9.0/24", "--network", "m");
	OK (env, "route", "create", block, "192.168.0.0/16", "10.0.0.254");
	OK (env, "route", "create", six, "fd01::/16", "fd00::1");
	OK (env, "--tenant", "t", "interface", "create", "--id", "a", "--device", "vm-a", "--network", "n");
	OK (env, "--tenant", "t", "interface", "create", "--id", "b", "--device", "vm-b", "--network", "n");
	OK (env, "--tenant", "t", "interface", "create", "--id", "idle \"ünused\"");
	OK (env, "allowed-ip", "allow", "b", "10.0.0.2", "--network", "n");
	/* Allowed, although the interface has no address there any more; one has lost its own interface too. */
	OK (env, "--tenant", "t", "interface", "create", "--id", "c", "--network", "n");
	OK (env, "--tenant", "t", "interface", "create", "--id", "gone", "--network", "n");
	OK (env, "allowed-ip", "allow", "c", "10.0.0.3", "--network", "n");
	OK (env, "allowed-ip", "allow", "c", "10.0.0.5", "--network", "n");
	OK (env, "interface", "delete", "gone");
	OK (env, "network", "release", "n", "c");
	OK (env, "network", "allocate", "n", "--interface", "bare", "--address", "10.0.0.200");
	OK (env, "allowed-ip", "allow", "bare", "fd00::ff:fe00:0", "--network", "n");
	OK (env, "network", "release", "n", "bare");
	/* Allocated, and only then excluded. */
	OK (env, "address", "allocate", block, "--address", "10.0.0.100");
	OK (env, "policy", "octet", "create", "skip", "100");
	OK (env, "--tenant", "t", "address", "allocate", block, "--request-key", "k");
	OK (env, "address", "allocate", block, "--address", "10.0.0.50");
	OK (env, "lease", "grant", "10.0.0.50", "--duration", "100");
	OK (env, "address", "release", "10.0.0.50");
	OK (env, "address", "allocate", block, "--address", "10.0.0.60", "--hold", "600");
	OK (env, "address", "allocate", outside, "--count", "2", "--interface", "g");
	OK (env, "nat", "add", "--local", "10.0.0.2", "--global", "203.0.113.1", "--global", "203.0.113.2");
	OK (env, "lease", "grant", "10.0.0.2", "--duration", "86400", "--mac", "02:00:00:00:00:01", "--client-id", "c",
	    "--hostname", "h");
	OK (env, "lease", "grant", "203.0.113.1", "--duration", "infinite");
}

static int
compare_texts (const void *a, const void *b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Puts the items of each list of an export in order of their ids, and takes out when leases end: they are
 * granted for a duration, so a second may pass. */
static json_t *
normal (const char *text)
{
	json_t *root = json_loads (text, 0, NULL), *list, *sorted;
	const char *key;
	void *next;

	assert_non_null (root);
	json_object_foreach_safe (root, next, key, list)
	{
		g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (free);
		size_t i;
		json_t *item;

		if (!json_is_array (list))
			continue;
		json_array_foreach (list, i, item)
		{
			const char *until = json_string_value (json_object_get (item, "leased_until"));

			if (until != NULL && strcmp (until, "infinite") != 0)
				json_object_set_new (item, "leased_until", json_string ("some time"));
			g_ptr_array_add (lines, json_dumps (item, JSON_SORT_KEYS));
		}
		g_ptr_array_sort (lines, compare_texts);
		sorted = json_array ();
		for (i = 0; i < lines->len; i++)
			json_array_append_new (sorted, json_string (lines->pdata[i]));
		json_object_set_new (root, key, sorted);
	}
	return root;
}

void
assert_same_export (const char *a, const char *b)
{
	json_t *left = normal (a), *right = normal (b);

	if (!json_equal (left, right)) {
		char *left_text = json_dumps (left, JSON_INDENT (1)), *right_text = json_dumps (right, JSON_INDENT (1));

		print_error ("%s\nis not\n%s\n", left_text, right_text);
		free (left_text);
		free (right_text);
		fail ();
	}
	json_decref (left);
	json_decref (right);
}
