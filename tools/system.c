/*
 * system.c: the commands that stand alone: import, export, migrate and compare (whose code is in files of their own),
 * backends, check, info.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "present.h"
#include "transfer/transfer.h"

static const out_column backend_columns[] = {
	{"BACKEND", "backend"},
	{"DESCRIPTION", "description"},
	{"PROBLEM", "problem"},
	{"MODULE", "module_path"},
	{NULL},
};

static ip_driver_status
list_backends (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_infos) infos = NULL;
	ip_driver_status status = ip_driver_backend_list (cli->config, &infos, error);
	out_list *list;

	if (status != IP_DRIVER_OK)
		return status;
	list = out_list_begin ("backends", backend_columns);
	for (size_t i = 0; i < infos->count; i++)
		out_list_add (list, present_info (infos->items[i]));
	out_list_end (list, FALSE);
	return IP_DRIVER_OK;
}

static ip_driver_status
show_info (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_info) info = NULL;
	ip_driver_status status = ip_driver_info_get (cli->driver, &info, error);
	json_t *object;

	if (status != IP_DRIVER_OK)
		return status;
	object = present_info (info);
	json_object_del (object, "problem");
	if (!cli->json) {
		g_autoptr (GString) all = g_string_new (NULL);

		for (size_t i = 0; i < info->capability_count; i++)
			g_string_append_printf (all, "%s%s", i > 0 ? " " : "", info->capabilities[i]);
		json_object_set_new (object, "capabilities", json_string (all->str));
	}
	out_record ("info", object);
	return IP_DRIVER_OK;
}

static json_t *
text_array (const char *const *texts, size_t count)
{
	json_t *array = json_array ();

	for (size_t i = 0; i < count; i++)
		json_array_append_new (array, json_string (texts[i]));
	return array;
}

static void
show_report (const ip_driver_check_report *report)
{
	g_autofree char *blocks = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)report->blocks),
			*addresses = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)report->addresses),
			*interfaces = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)report->interfaces),
			*grouped_blocks = out_grouped (blocks), *grouped_addresses = out_grouped (addresses),
			*grouped_interfaces = out_grouped (interfaces);

	out_printf ("checked %s %s, %s %s, %s %s\n", grouped_blocks, report->blocks == 1 ? "block" : "blocks",
	            grouped_addresses, report->addresses == 1 ? "address" : "addresses", grouped_interfaces,
	            report->interfaces == 1 ? "interface" : "interfaces");
	for (size_t i = 0; i < report->rule_count; i++) {
		g_autofree char *rule = out_escape (report->rules[i]);

		out_printf ("  rule: %s\n", rule);
	}
	if (report->problems_total == 0) {
		out_text ("no problems found\n");
		return;
	}
	out_printf ("%" G_GUINT64_FORMAT " problems found\n", (guint64)report->problems_total);
	for (size_t i = 0; i < report->problem_count; i++) {
		g_autofree char *problem = out_escape (report->problems[i]);

		out_printf ("  problem: %s\n", problem);
	}
	if (report->problems_total > report->problem_count)
		out_text ("  ...\n");
}

static ip_driver_status
check (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_check_report) report = NULL;
	ip_driver_status status = ip_driver_store_check (cli->driver, &report, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (cli->json) {
		out_record ("check", json_pack ("{s:I, s:I, s:I, s:o, s:o, s:I}", "blocks", (json_int_t)report->blocks,
		                                "addresses", (json_int_t)report->addresses, "interfaces",
		                                (json_int_t)report->interfaces, "rules",
		                                text_array (report->rules, report->rule_count), "problems",
		                                text_array (report->problems, report->problem_count), "problems_total",
		                                (json_int_t)report->problems_total));
	} else {
		show_report (report);
	}
	return report->problems_total > 0 ? CLI_PROBLEMS : IP_DRIVER_OK;
}

static const cli_option import_options[] = {
	{"format", CLI_CHOICE, "auto|csv|json|aws", "Format of the file (default: auto)"},
	{"dry-run", CLI_FLAG, NULL, "Check everything, change nothing"},
	{NULL},
};
static const cli_option export_options[] = {
	{"output", CLI_FILE, "FILE", "Write to this file, whole or not at all; - is stdout, the default"},
	{"live", CLI_FLAG, NULL, "Let others write meanwhile; what changes then may be exported or not"},
	{NULL},
};

static const cli_option migrate_options[] = {
	{"from", CLI_FILE, "FILE", "Configuration of the backend that has it all; needed"},
	{"to", CLI_FILE, "FILE", "Configuration of the backend that is to have it; needed"},
	{"dry-run", CLI_FLAG, NULL, "Say what would be done, change nothing"},
	TRANSFER_OPTION_SKIP,
	TRANSFER_OPTION_IDS,
	TRANSFER_OPTION_ALSO_TENANT,
	{NULL},
};
static const cli_option compare_options[] = {
	TRANSFER_OPTION_SKIP,
	TRANSFER_OPTION_IDS,
	TRANSFER_OPTION_ALSO_TENANT,
	{"limit", CLI_TEXT, "N", "Show at most N differences (default: 100)"},
	{NULL},
};

const cli_command top_commands[] = {
	{"import", "FILE", "Load an address plan, all of it or nothing",
         "Reads CSV, the JSON that export writes, or Amazon's ip-ranges.json; - is stdin. What is there already is "
         "recognised and left alone, so the same file can be imported again.\n"
         "CSV needs a header line. Columns: kind (block, policy, route, mac_range or address; default: block), cidr, "
         "type, tenant, network, gateway, dns1, dns2, policy, parent (an id, a CIDR, or \"auto\" for the smallest "
         "block that contains it), address, interface, device, mac, name, description, exclude, id. "
         "ip-driver(1) tells what they mean.\n"
         "Of ip-ranges.json the prefixes become public blocks, the region the tenant. A prefix inside another becomes "
         "a subnet of the smallest one that contains it; of equal prefixes the first counts.",
         import_options, cmd_import},
	{"export", "", "Write everything as JSON, for import",
         "Holds and times of creation are not exported. All of it is from one moment: meanwhile other writers wait, "
         "unless --live is given.",
         export_options, cmd_export},
	{"migrate", "", "Copy everything from one backend to another",
         "What is there already is recognised: a migration that was stopped goes on where it was when it is run again, "
         "and a further run has nothing to do. What the other backend cannot take, and what it has otherwise, is "
         "named before anything is changed; nothing is ever overwritten.\n"
         "Nobody else should write to either meanwhile. Holds are not copied, as they end by themselves; resting "
         "addresses begin their rest anew. ip-driver-migration(7) tells more.",
         migrate_options, cmd_migrate, CLI_NO_DRIVER},
	{"compare", "A B", "Say whether two backends hold the same; exit code 1 if not",
         "A and B are configuration files. Each difference is a line. Times and holds are not compared.",
         compare_options, cmd_compare, CLI_NO_DRIVER},
	{"backends", "", "List the installed backends", NULL, NULL, list_backends, CLI_NO_DRIVER},
	{"check", "", "Verify every invariant of the database; exit code 1 if one is violated", NULL, NULL, check},
	{"info", "", "Show which backend is in use, where its data is and what it can do", NULL, NULL, show_info},
	{NULL},
};
