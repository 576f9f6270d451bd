/*
 * import.c: the command `import`: reads a file of any format into a plan (plan.h), writes it in one
 * transaction (apply.h), and says what came of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"
#include "command.h"
#include "tally.h"

#include <string.h>

static const tally_kind kind_names[APPLY_KINDS] = {
	[APPLY_ROOT_BLOCKS] = {"root_blocks", "root block", "root blocks"},
	[APPLY_SUBNETS] = {"subnets", "subnet", "subnets"},
	[APPLY_POLICIES] = {"policies", "policy", "policies"},
	[APPLY_ROUTES] = {"routes", "route", "routes"},
	[APPLY_MAC_RANGES] = {"mac_ranges", "MAC range", "MAC ranges"},
	[APPLY_INTERFACES] = {"interfaces", "interface", "interfaces"},
	[APPLY_ADDRESSES] = {"addresses", "address", "addresses"},
	[APPLY_ALLOWED_IPS] = {"allowed_ips", "allowed IP", "allowed IPs"},
	[APPLY_NAT_PAIRS] = {"nat_pairs", "NAT pair", "NAT pairs"},
	[APPLY_LEASES] = {"leases", "lease", "leases"},
};

/* What was there, with all blocks as "prefixes". Owned by the caller. */
static char *
describe_existing (const guint64 counts[APPLY_KINDS])
{
	GString *text = g_string_new (NULL);

	tally_append (text, counts[APPLY_ROOT_BLOCKS] + counts[APPLY_SUBNETS], "prefix", "prefixes");
	for (apply_kind kind = APPLY_SUBNETS + 1; kind < APPLY_KINDS; kind++)
		tally_append (text, counts[kind], kind_names[kind].one, kind_names[kind].many);
	return g_string_free (text, FALSE);
}

static void
report (const apply *run, gboolean dry_run)
{
	g_autofree char *created = tally_text (kind_names, run->created, APPLY_KINDS),
			*existing = describe_existing (run->existing), *file = out_escape (run->plan->file);
	g_autoptr (GString) merged = g_string_new (NULL);

	if (out_is_json ()) {
		out_record ("import", json_pack ("{s:s, s:s, s:b, s:I, s:I, s:o, s:o}", "file", run->plan->file,
		                                 "format", run->plan->format, "dry_run", (int)dry_run, "entries",
		                                 (json_int_t)run->plan->entries, "merged", (json_int_t)run->merged,
		                                 "created", tally_json (kind_names, run->created, APPLY_KINDS),
		                                 "existing", tally_json (kind_names, run->existing, APPLY_KINDS)));
		return;
	}
	tally_append (merged, run->merged, "equal entry merged", "equal entries merged");
	if (tally_total (run->created, APPLY_KINDS) == 0 && tally_total (run->existing, APPLY_KINDS) == 0) {
		out_printf ("nothing to do: %s is empty\n", file);
		return;
	}
	if (tally_total (run->created, APPLY_KINDS) == 0) {
		out_printf ("nothing to do: %s already there\n", existing);
		return;
	}
	out_printf ("%s %s", dry_run ? "would import" : "imported", created);
	if (tally_total (run->existing, APPLY_KINDS) > 0)
		out_printf ("; %s already there", existing);
	if (run->merged > 0)
		out_printf ("; %s", merged->str);
	out_text ("\n");
}

static ip_driver_status
read_plan (cli_context *cli, plan *file, ip_driver_error *error)
{
	const char *format = cli_text (cli, "format"), *start;
	g_autofree char *text = NULL;
	gsize length;
	ip_driver_status status = cli_read_file (cli_arg (cli, 0), &text, &length, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (format == NULL)
		format = "auto";
	start = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
	length -= (gsize)(start - text);
	if (strcmp (format, "auto") == 0) {
		char first = start[strspn (start, " \t\r\n")];

		/* No line of CSV begins so. */
		if (first != '{' && first != '[')
			format = "csv";
	}
	if (strcmp (format, "csv") == 0)
		return plan_read_csv (file, start, length, cli->tenant, error);
	return plan_read_json (file, start, length, format, error);
}

ip_driver_status
cmd_import (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (plan) file = plan_new (strcmp (cli_arg (cli, 0), "-") == 0 ? "stdin" : cli_arg (cli, 0));
	gboolean dry_run = cli_flag (cli, "dry-run");
	g_auto (apply) run = {0};
	ip_driver *transaction;
	ip_driver_status status;

	if (!ip_driver_supports (cli->driver, "transaction.begin")) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
		                  "import needs transactions, so that a bad file leaves nothing behind; this backend "
		                  "has none");
	}
	if (!ip_driver_supports (cli->driver, "all_tenants")) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
		                  "import needs to see what all tenants have; this backend shows one at a time");
	}
	status = read_plan (cli, file, error);
	if (status == IP_DRIVER_OK)
		status = ip_driver_transaction_begin (cli->driver, &transaction, error);
	if (status != IP_DRIVER_OK)
		return status;
	apply_init (&run, file, transaction, ip_driver_supports (cli->driver, "chosen_ids"));
	status = apply_run (&run, error);
	/* With nothing to write there is nothing to commit. */
	if (status != IP_DRIVER_OK || dry_run || tally_total (run.created, APPLY_KINDS) == 0)
		ip_driver_transaction_rollback (transaction);
	else
		status = ip_driver_transaction_commit (transaction, error);
	if (status == IP_DRIVER_OK)
		report (&run, dry_run);
	return status;
}
