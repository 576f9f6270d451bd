/*
 * compare.c: the command `compare`: whether two backends hold the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transfer.h"

#include "command.h"

static json_t *
differences_json (const transfer *run)
{
	json_t *array = json_array ();

	for (guint i = 0; i < run->differences->len; i++)
		json_array_append_new (array, transfer_difference_json (run->differences->pdata[i]));
	return array;
}

static void
report_json (const transfer *run)
{
	out_record ("compare",
	            json_pack ("{s:s, s:s, s:b, s:b, s:o, s:I, s:I, s:I, s:o}", "a", run->a.name, "b", run->b.name,
	                       "equal", run->difference_count == 0, "ids", (int)run->ids, "same",
	                       tally_json (transfer_kinds, run->same, TRANSFER_KINDS), "holds_a",
	                       (json_int_t)run->holds_a, "holds_b", (json_int_t)run->holds_b, "differences_total",
	                       (json_int_t)run->difference_count, "differences", differences_json (run)));
}

static void
report (const transfer *run)
{
	g_autofree char *same = tally_text (transfer_kinds, run->same, TRANSFER_KINDS);
	g_autoptr (GString) total = g_string_new (NULL);

	for (guint i = 0; i < run->differences->len; i++) {
		g_autofree char *text = transfer_difference_text (run, run->differences->pdata[i]),
				*escaped = out_escape (text);

		out_printf ("%s\n", escaped);
	}
	if (run->difference_count > run->differences->len)
		out_text ("...\n");
	tally_append (total, run->difference_count, "difference", "differences");
	if (total->len > 0)
		out_printf ("%s; the same: %s\n", total->str, same[0] != '\0' ? same : "nothing");
	else
		out_printf ("equal: %s\n", same[0] != '\0' ? same : "both are empty");
}

ip_driver_status
cmd_compare (cli_context *cli, ip_driver_error *error)
{
	g_auto (transfer) run = {.mode = TRANSFER_COMPARE, .with_links = TRUE, .keep = 100};
	ip_driver_status status = cli_unsigned (cli, "limit", 1, G_MAXINT32, &run.keep, error);

	if (status == IP_DRIVER_OK)
		status = transfer_open (&run, cli, cli_arg (cli, 0), cli_arg (cli, 1), error);
	if (status == IP_DRIVER_OK)
		status = transfer_run (&run, TRANSFER_COMPARE, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (out_is_json ())
		report_json (&run);
	else
		report (&run);
	if (run.holds_a + run.holds_b > 0) {
		g_autofree char *message =
			g_strdup_printf ("holds are not compared, as they end by themselves: %" G_GUINT64_FORMAT
		                         " in %s, %" G_GUINT64_FORMAT " in %s",
		                         run.holds_a, run.a.name, run.holds_b, run.b.name);

		out_message (message);
	}
	return run.difference_count > 0 ? CLI_PROBLEMS : IP_DRIVER_OK;
}
