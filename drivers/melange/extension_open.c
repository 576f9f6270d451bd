/*
 * Finding the service's API extension: GET /extensions, as Melange's own extension mechanism foresees, and then
 * what the extension says of itself. See docs/rest.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extension.h"

#include <string.h>

static ip_driver_status
get (melange_service *service, const char *path, service_answer *answer, ip_driver_error *error)
{
	service_request request = {.method = "GET", .path = path, .kind = SERVICE_REPEATABLE};

	return melange_service_call (service, &request, answer, NULL, error);
}

static ip_driver_status
nonsense (melange_service *service, const char *path, const char *problem, ip_driver_error *error)
{
	g_autofree char *message =
		g_strdup_printf ("the service at %s answered %s with something that makes no sense: %s",
	                         melange_service_url (service), path, problem);

	return ip_driver_fail (error, IP_DRIVER_PROTOCOL, message);
}

/* Whether the answer of GET /extensions lists the extension. */
static ip_driver_status
find_alias (melange_service *service, json_t *body, gboolean *ret_found, ip_driver_error *error)
{
	json_t *extensions = json_object_get (body, "extensions");
	json_t *extension;
	gsize i;

	if (!json_is_array (extensions))
		return nonsense (service, "/v0.1/extensions", "extensions is not an array", error);
	*ret_found = FALSE;
	json_array_foreach (extensions, i, extension)
	{
		const char *alias = json_string_value (json_object_get (extension, "alias"));

		if (g_strcmp0 (alias, EXTENSION_ALIAS) == 0)
			*ret_found = TRUE;
	}
	return IP_DRIVER_OK;
}

/* The id of the process that serves; it becomes part of a header. NULL: it is none. */
static const char *
take_served_by (json_t *about)
{
	const char *served_by = json_string_value (json_object_get (about, "served_by"));

	return served_by != NULL && g_uuid_string_is_valid (served_by) ? served_by : NULL;
}

static GHashTable *
take_capabilities (json_t *about)
{
	g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	json_t *capabilities = json_object_get (about, "capabilities");
	json_t *capability;
	gsize i;

	if (!json_is_array (capabilities))
		return NULL;
	json_array_foreach (capabilities, i, capability)
	{
		if (!json_is_string (capability))
			return NULL;
		g_hash_table_add (set, g_strdup (json_string_value (capability)));
	}
	return g_steal_pointer (&set);
}

static melange_extension *
new_extension (GHashTable *capabilities, const char *served_by)
{
	melange_extension *extension = g_new0 (melange_extension, 1);

	extension->capabilities = capabilities;
	extension->served_by = g_strdup (served_by);
	extension->abandoned = g_queue_new ();
	g_mutex_init (&extension->lock);
	return extension;
}

/* A service without GET /extensions is a plain one, if it is one at all: what knows the version says so. */
static ip_driver_status
check_versions (melange_service *service, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	ip_driver_status status = get (service, "/", &answer, error);
	json_t *version;
	gsize i;

	if (status == IP_DRIVER_UNAVAILABLE || status == IP_DRIVER_DENIED)
		return status;
	if (status == IP_DRIVER_OK) {
		json_array_foreach (json_object_get (answer.body, "versions"), i, version)
		{
			if (g_strcmp0 (json_string_value (json_object_get (version, "name")), "v0.1") == 0)
				return IP_DRIVER_OK;
		}
	}
	g_autofree char *message = g_strdup_printf (
		"what answers at %s is no Melange service with the API v0.1 (the url is without the version)",
		melange_service_url (service));

	return ip_driver_fail (error, IP_DRIVER_PROTOCOL, message);
}

ip_driver_status
melange_extension_open (melange_service *service, melange_extension **ret_extension, ip_driver_error *error)
{
	g_auto (service_answer) list = {0};
	g_auto (service_answer) answer = {0};
	gboolean found = FALSE;
	ip_driver_status status = get (service, "/v0.1/extensions", &list, error);

	*ret_extension = NULL;
	if (list.status == 404)
		return check_versions (service, error);
	/* Not for everyone: then the extension, which is administration too, is not to be had. */
	if (list.status == 403)
		return IP_DRIVER_OK;
	if (status == IP_DRIVER_OK)
		status = find_alias (service, list.body, &found, error);
	if (status != IP_DRIVER_OK || !found)
		return status;
	status = get (service, EXTENSION_PATH, &answer, error);
	if (status != IP_DRIVER_OK)
		return status;

	json_t *about = json_object_get (answer.body, "ip_driver");
	const char *version = json_string_value (json_object_get (about, "version"));
	const char *served_by = take_served_by (about);
	g_autoptr (GHashTable) capabilities = take_capabilities (about);

	if (version == NULL || served_by == NULL || capabilities == NULL)
		return nonsense (service, EXTENSION_PATH,
		                 version == NULL     ? "version is not a text"
		                 : served_by == NULL ? "served_by is not a UUID"
		                                     : "capabilities is not an array of texts",
		                 error);
	if (!g_str_has_prefix (version, "1.")) {
		ip_driver_log (IP_DRIVER_LOG_WARNING,
		               "the service offers the API extension in a version that this driver "
		               "does not know; it is not used");
		return IP_DRIVER_OK;
	}
	*ret_extension = new_extension (g_steal_pointer (&capabilities), served_by);
	return IP_DRIVER_OK;
}

void
melange_extension_served_by (melange_extension *extension, const char *served_by)
{
	if (served_by == NULL || !g_uuid_string_is_valid (served_by))
		return;
	g_mutex_lock (&extension->lock);
	if (strcmp (extension->served_by, served_by) != 0) {
		g_free (extension->served_by);
		extension->served_by = g_strdup (served_by);
	}
	g_mutex_unlock (&extension->lock);
}

ip_driver_status
melange_extension_refresh (melange_instance *self, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	ip_driver_status status = get (self->service, EXTENSION_PATH, &answer, error);
	const char *served_by;

	if (status != IP_DRIVER_OK)
		return status;
	served_by = take_served_by (json_object_get (answer.body, "ip_driver"));
	if (served_by == NULL)
		return nonsense (self->service, EXTENSION_PATH, "served_by is not a UUID", error);
	melange_extension_served_by (self->extension, served_by);
	return IP_DRIVER_OK;
}

void
melange_extension_free (melange_extension *extension)
{
	g_hash_table_unref (extension->capabilities);
	g_free (extension->served_by);
	g_queue_free_full (extension->abandoned, g_free);
	g_mutex_clear (&extension->lock);
	g_free (extension);
}
