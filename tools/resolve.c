/*
 * resolve.c: from what a person writes (a CIDR, an address, a policy's name) to the ids of the library.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cidr.h"
#include "paging.h"

#include <string.h>

/* A search for the one thing with a name. */
typedef struct search {
	cidr wanted;
	const char *name;
	guint64 count;
	char *id;
	char *address_id;
	/* Two finds, for the message. */
	GString *seen;
} search;

static void
found (search *self, const char *id, const char *tenant)
{
	if (self->count++ == 0)
		self->id = g_strdup (id);
	if (self->count <= 3)
		g_string_append_printf (self->seen, "%s%s of %s", self->count > 1 ? ", " : "", id, tenant);
}

static void
search_clear (search *self)
{
	g_free (self->id);
	g_free (self->address_id);
	g_string_free (self->seen, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (search, search_clear)

static ip_driver_status
see_block (const ip_driver_block *block, void *data, ip_driver_error *error)
{
	search *self = data;
	cidr range;

	if (cidr_parse (block->cidr, &range) && cidr_compare (&range, &self->wanted) == 0)
		found (self, block->id, block->tenant);
	return IP_DRIVER_OK;
}

static ip_driver_status
see_match (const ip_driver_address_match *match, void *data, ip_driver_error *error)
{
	return see_block (match->block, data, error);
}

static ip_driver_status
see_allocation (const ip_driver_address_match *match, void *data, ip_driver_error *error)
{
	search *self = data;

	if (match->address == NULL)
		return IP_DRIVER_OK;
	found (self, match->block->id, match->block->tenant);
	if (self->count == 1)
		self->address_id = g_strdup (match->address->id);
	return IP_DRIVER_OK;
}

static ip_driver_status
see_policy (const ip_driver_policy *policy, void *data, ip_driver_error *error)
{
	search *self = data;

	if (strcmp (policy->name, self->name) == 0)
		found (self, policy->id, policy->tenant);
	return IP_DRIVER_OK;
}

/* Takes the id if there is exactly one. */
static ip_driver_status
take_only (search *self, const char *what, const char *many, const char *text, char **ret_id, ip_driver_error *error)
{
	if (self->count == 0)
		return cli_error (error, IP_DRIVER_NOT_FOUND, "there is no %s %s", what, text);
	if (self->count > 1) {
		return cli_error (error, IP_DRIVER_INVALID,
		                  "%" G_GUINT64_FORMAT " %s are %s (%s%s); name one by its id", self->count, many, text,
		                  self->seen->str, self->count > 3 ? ", …" : "");
	}
	*ret_id = g_steal_pointer (&self->id);
	return IP_DRIVER_OK;
}

ip_driver_status
cli_resolve_block (cli_context *cli, const char *text, char **ret_id, ip_driver_error *error)
{
	g_auto (search) self = {.seen = g_string_new (NULL)};
	ip_driver_status status;

	if (g_uuid_string_is_valid (text)) {
		*ret_id = g_strdup (text);
		return IP_DRIVER_OK;
	}
	if (strchr (text, '/') == NULL || !cidr_parse (text, &self.wanted))
		return cli_error (error, IP_DRIVER_INVALID, "“%s” is neither the id of a block nor a CIDR", text);
	if (ip_driver_supports (cli->driver, "address.find")) {
		/* An index answers this, whatever the number of blocks. */
		ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
		g_autofree char *first = cidr_address_text (&self.wanted);

		args.tenant = cli->tenant;
		args.address = first;
		status = each_match (cli->driver, &args, G_MAXUINT64, NULL, see_match, &self, error);
	} else {
		ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;

		args.tenant = cli->tenant;
		status = each_block (cli->driver, &args, G_MAXUINT64, NULL, see_block, &self, error);
	}
	return status != IP_DRIVER_OK ? status : take_only (&self, "block", "blocks", text, ret_id, error);
}

ip_driver_status
cli_resolve_policy (cli_context *cli, const char *text, char **ret_id, ip_driver_error *error)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	g_auto (search) self = {.seen = g_string_new (NULL)};
	ip_driver_status status;

	if (g_uuid_string_is_valid (text)) {
		*ret_id = g_strdup (text);
		return IP_DRIVER_OK;
	}
	args.tenant = cli->tenant;
	self.name = text;
	status = each_policy (cli->driver, &args, G_MAXUINT64, NULL, see_policy, &self, error);
	return status != IP_DRIVER_OK ? status : take_only (&self, "policy", "policies", text, ret_id, error);
}

void
cli_address_clear (cli_address *address)
{
	g_clear_pointer (&address->block, g_free);
	g_clear_pointer (&address->address, g_free);
	g_clear_pointer (&address->id, g_free);
}

static ip_driver_status
resolve_in_block (cli_context *cli, const char *block, gboolean need_id, cli_address *ret_address,
                  ip_driver_error *error)
{
	g_autoptr (ip_driver_address) found_address = NULL;
	ip_driver_status status = cli_resolve_block (cli, block, &ret_address->block, error);

	if (status != IP_DRIVER_OK || !need_id)
		return status;
	status = ip_driver_address_get (cli->driver, cli->tenant, ret_address->block, ret_address->address,
	                                &found_address, error);
	if (status == IP_DRIVER_OK)
		ret_address->id = g_strdup (found_address->id);
	return status;
}

ip_driver_status
cli_resolve_address (cli_context *cli, const char *text, gboolean need_id, cli_address *ret_address,
                     ip_driver_error *error)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	g_auto (search) self = {.seen = g_string_new (NULL)};
	const char *at = strchr (text, '@');
	ip_driver_status status;

	if (at != NULL) {
		ret_address->address = g_strndup (text, (gsize)(at - text));
		return resolve_in_block (cli, at + 1, need_id, ret_address, error);
	}
	if (!ip_driver_supports (cli->driver, "address.find")) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED, "this backend cannot look up %s; write %s@BLOCK",
		                  text, text);
	}
	ret_address->address = g_strdup (text);
	args.tenant = cli->tenant;
	args.address = text;
	status = each_match (cli->driver, &args, G_MAXUINT64, NULL, see_allocation, &self, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (self.count == 0) {
		return cli_error (error, IP_DRIVER_NOT_FOUND, "%s is neither allocated nor resting in any block", text);
	}
	if (self.count > 1) {
		return cli_error (error, IP_DRIVER_INVALID,
		                  "%s is in %" G_GUINT64_FORMAT " blocks (%s%s); write %s@BLOCK", text, self.count,
		                  self.seen->str, self.count > 3 ? ", …" : "", text);
	}
	ret_address->block = g_steal_pointer (&self.id);
	/* Keeps a release from hitting another allocation that came in between. */
	ret_address->id = g_steal_pointer (&self.address_id);
	return IP_DRIVER_OK;
}
