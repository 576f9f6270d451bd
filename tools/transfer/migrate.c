/*
 * migrate.c: the command `migrate`: looks first, and changes nothing if something is in the way or would be lost; then
 * copies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transfer.h"

#include "command.h"

/* What is in the way is shown so many times; the rest is counted. */
#define KEEP 20

static gboolean
is_empty (const guint64 counts[TRANSFER_KINDS])
{
	return tally_total (counts, TRANSFER_KINDS) == 0;
}

static json_t *
conflicts_json (const transfer *run)
{
	json_t *array = json_array ();

	for (guint i = 0; i < run->differences->len; i++)
		json_array_append_new (array, transfer_difference_json (run->differences->pdata[i]));
	return array;
}

static void
report_json (const transfer *run, gboolean dry_run, gboolean done)
{
	out_record ("migrate",
	            json_pack ("{s:s, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "from", run->a.name,
	                       "to", run->b.name, "dry_run", (int)dry_run, "done", (int)done, "ids_kept", (int)run->ids,
	                       "migrated", tally_json (transfer_kinds, run->missing, TRANSFER_KINDS), "completed",
	                       tally_json (transfer_kinds, run->incomplete, TRANSFER_KINDS), "existing",
	                       tally_json (transfer_kinds, run->same, TRANSFER_KINDS), "refused",
	                       tally_json (transfer_parts, run->lost, TRANSFER_PARTS), "holds",
	                       (json_int_t)run->holds_a, "conflicts_total", (json_int_t)run->difference_count,
	                       "conflicts", conflicts_json (run)));
}

static void
show_counts (const transfer *run, gboolean dry_run)
{
	g_autofree char *missing = tally_text (transfer_kinds, run->missing, TRANSFER_KINDS),
			*incomplete = tally_text (transfer_kinds, run->incomplete, TRANSFER_KINDS),
			*same = tally_text (transfer_kinds, run->same, TRANSFER_KINDS),
			*from = out_escape (run->a.name);

	if (is_empty (run->missing) && is_empty (run->incomplete)) {
		if (is_empty (run->same))
			out_printf ("nothing to do: %s is empty\n", from);
		else
			out_printf ("nothing to do: %s already there\n", same);
		return;
	}
	if (!is_empty (run->missing))
		out_printf ("%s %s", dry_run ? "would migrate" : "migrated", missing);
	if (!is_empty (run->incomplete)) {
		out_printf ("%s%s %s", is_empty (run->missing) ? "" : "; ", dry_run ? "would complete" : "completed",
		            incomplete);
	}
	if (!is_empty (run->same))
		out_printf ("; %s already there", same);
	out_text ("\n");
}

static void
show_notes (const transfer *run)
{
	if (run->holds_a > 0) {
		g_autofree char *message = g_strdup_printf (
			"holds are not copied, as they end by themselves: %" G_GUINT64_FORMAT, run->holds_a);

		out_message (message);
	}
	if (!run->a.lists_interfaces) {
		g_autofree char *message = g_strdup_printf (
			"%s lists no interfaces: those that have no address cannot be seen", run->a.name);

		out_message (message);
	}
	if (!run->ids && !is_empty (run->missing)) {
		g_autofree char *message = g_strdup_printf ("%s makes its own ids", run->b.name);

		out_message (message);
	}
}

static void
show_conflicts (const transfer *run)
{
	for (guint i = 0; i < run->differences->len; i++) {
		g_autofree char *text = transfer_difference_text (run, run->differences->pdata[i]),
				*escaped = out_escape (text);

		out_printf ("%s\n", escaped);
	}
	if (run->difference_count > run->differences->len)
		out_printf ("... and %" G_GUINT64_FORMAT " more\n", run->difference_count - run->differences->len);
}

static ip_driver_status
refuse_losses (const transfer *run, ip_driver_error *error)
{
	g_autofree char *lost = tally_text (transfer_parts, run->lost, TRANSFER_PARTS);
	g_autoptr (GString) options = g_string_new (NULL);

	for (unsigned part = 0; part < TRANSFER_PARTS; part++) {
		g_autofree char *word = transfer_part_word (part);

		if (run->lost[part] > 0)
			g_string_append_printf (options, " --skip %s", word);
	}
	return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
	                  "%s cannot take %s; nothing was changed. To leave them out:%s", run->b.name, lost,
	                  options->str);
}

/* Whether the walk has found that all can go over; shows what is in the way. */
static ip_driver_status
judge (const transfer *run, gboolean dry_run, ip_driver_error *error)
{
	gboolean lost = tally_total (run->lost, TRANSFER_PARTS) > 0;
	gboolean good = run->difference_count == 0 && !lost;

	if (out_is_json () && (dry_run || !good))
		report_json (run, dry_run, FALSE);
	else if (!out_is_json ())
		show_conflicts (run);
	if (run->difference_count > 0) {
		return cli_error (error, IP_DRIVER_DUPLICATE,
		                  "%" G_GUINT64_FORMAT " %s in the way; nothing was overwritten", run->difference_count,
		                  run->difference_count == 1 ? "thing is" : "things are");
	}
	return lost ? refuse_losses (run, error) : IP_DRIVER_OK;
}

/* After the look: the walk that writes. */
static ip_driver_status
write_all (transfer *run, ip_driver_error *error)
{
	ip_driver_status status;

	/* Now for what looking has left out. */
	if (!run->with_links) {
		run->steps += run->same[TRANSFER_ADDRESSES] + run->missing[TRANSFER_ADDRESSES] +
		              run->same[TRANSFER_INTERFACES] + run->missing[TRANSFER_INTERFACES];
	}
	run->with_links = TRUE;
	status = transfer_run (run, TRANSFER_WRITE, error);
	/* Somebody else may have written meanwhile. */
	return status == IP_DRIVER_OK ? judge (run, FALSE, error) : status;
}

ip_driver_status
cmd_migrate (cli_context *cli, ip_driver_error *error)
{
	g_auto (transfer) run = {.mode = TRANSFER_LOOK, .keep = KEEP};
	const char *from = cli_text (cli, "from"), *to = cli_text (cli, "to");
	gboolean dry_run = cli_flag (cli, "dry-run");
	ip_driver_status status;

	if (from == NULL || to == NULL)
		return cli_error (error, CLI_USAGE, "--from and --to are needed");
	status = transfer_open (&run, cli, from, to, error);
	if (status != IP_DRIVER_OK)
		return status;
	transfer_catch_signals ();
	run.with_links = dry_run;
	status = transfer_run (&run, TRANSFER_LOOK, error);
	if (status == IP_DRIVER_OK)
		status = judge (&run, dry_run, error);
	if (status == IP_DRIVER_OK && !dry_run)
		status = write_all (&run, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (!out_is_json ())
		show_counts (&run, dry_run);
	else if (!dry_run)
		report_json (&run, FALSE, TRUE);
	show_notes (&run);
	return IP_DRIVER_OK;
}
