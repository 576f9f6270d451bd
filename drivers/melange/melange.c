/*
 * The melange driver: the vtable, options, opening and closing, and what it can do against which service.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "melange.h"

#include <string.h>

#include "extension.h"
#include "state.h"

static const char *const auth_choices[] = {"none", "token", "keystone", NULL};
static const char *const extension_choices[] = {"auto", "on", "off", NULL};

#define TEXT_OPTION(key_, default_, description_)                                                                      \
	{                                                                                                              \
		.key = key_, .description = description_, .default_value = default_, .type = IP_DRIVER_OPTION_TEXT     \
	}
#define INTEGER_OPTION(key_, default_, minimum_, maximum_, description_)                                               \
	{                                                                                                              \
		.key = key_, .description = description_, .default_value = default_, .minimum = minimum_,              \
		.maximum = maximum_, .type = IP_DRIVER_OPTION_INTEGER                                                  \
	}
#define CHOICE_OPTION(key_, default_, choices_, description_)                                                          \
	{                                                                                                              \
		.key = key_, .description = description_, .default_value = default_, .choices = choices_,              \
		.type = IP_DRIVER_OPTION_CHOICE                                                                        \
	}

static const ip_driver_option options[] = {
	TEXT_OPTION ("url", "http://127.0.0.1:9898",
                     "where the Melange service is: http or https, host, port, perhaps a path"),
	INTEGER_OPTION ("timeout", "10", 1, 3600, "seconds that one request may take"),
	INTEGER_OPTION ("connect_timeout", "5", 1, 3600, "seconds of them that connecting may take"),
	INTEGER_OPTION ("retries", "3", 0, 100, "how often a request is repeated, where that is safe"),
	TEXT_OPTION ("tls_ca_file", NULL,
                     "certificates (PEM) that the service's must be signed by; none: the system's"),
	TEXT_OPTION ("tls_cert", NULL, "certificate (PEM) to show to the service"),
	TEXT_OPTION ("tls_key", NULL, "key (PEM) of that certificate"),
	TEXT_OPTION ("http_proxy", NULL, "URL of the proxy to use; none: no proxy, whatever the environment says"),
	CHOICE_OPTION ("auth", "none", auth_choices,
                       "none, token (the one below), or keystone (one got with user and password)"),
	TEXT_OPTION ("token", NULL, "the token for auth = token"),
	TEXT_OPTION ("auth_url", NULL, "address of Keystone with its version: http://host:5000/v3"),
	TEXT_OPTION ("username", NULL, "name of the user in Keystone"),
	TEXT_OPTION ("password", NULL, "password of the user in Keystone"),
	TEXT_OPTION ("project", NULL, "name of the project (v2.0: tenant) that the token is for"),
	TEXT_OPTION ("user_domain", NULL, "name of the user's domain (v3); none: Default"),
	TEXT_OPTION ("project_domain", NULL, "name of the project's domain (v3); none: Default"),
	TEXT_OPTION ("tenant", NULL, "what to say in the header X-Tenant to a service that trusts it"),
	TEXT_OPTION ("role", NULL, "what to say in the header X-Role to a service that trusts it"),
	CHOICE_OPTION ("extension", "auto", extension_choices,
                       "whether to use the service's API extension: auto (if it is there), on (must be), off"),
};

/* What the driver does with a historical service; the rest has no counterpart there. */
static const char *const historical[] = {
	"address.allocate",
	"address.deallocate",
	"address.find",
	"address.get",
	"address.list",
	"address.restore",
	"allowed_ip.allow",
	"allowed_ip.disallow",
	"allowed_ip.get",
	"allowed_ip.list",
	"block.create",
	"block.delete",
	"block.get",
	"block.list",
	"block.update",
	"block.usage",
	"interface.create",
	"interface.delete",
	"interface.delete_all",
	"interface.get",
	"interface.list",
	"interface.replace_all",
	"mac_range.create",
	"mac_range.delete",
	"mac_range.get",
	"mac_range.list",
	"many",
	"nat.add",
	"nat.list_globals",
	"nat.list_locals",
	"nat.remove",
	"network.allocate",
	"network.deallocate",
	"network.get",
	"network.list",
	"policy.create",
	"policy.delete",
	"policy.get",
	"policy.list",
	"policy.update",
	"policy_octet.create",
	"policy_octet.delete",
	"policy_octet.get",
	"policy_octet.list",
	"policy_octet.update",
	"policy_range.create",
	"policy_range.delete",
	"policy_range.get",
	"policy_range.list",
	"policy_range.update",
	"route.create",
	"route.delete",
	"route.get",
	"route.list",
	"route.update",
	"subnet.create",
	"subnet.list",
	NULL,
};

static void
melange_close (ip_driver_instance *instance)
{
	melange_instance *self = instance;

	if (self->extension != NULL) {
		melange_attempt_settle_last (self);
		melange_extension_free (self->extension);
	}
	melange_state_free (self);
	melange_service_free (self->service);
	g_free (self);
}

static ip_driver_status
find_extension (melange_instance *self, gboolean must, gint64 patience, ip_driver_error *error)
{
	ip_driver_status status = melange_extension_open (self->service, &self->extension, error);

	self->extended = self->extension != NULL;
	if (self->extended)
		self->extension->patience = patience;
	if (status != IP_DRIVER_OK || self->extended || !must)
		return status;
	g_autofree char *message = g_strdup_printf (
		"extension = on, but the service at %s does not offer the API extension to this caller",
		melange_service_url (self->service));
	return ip_driver_fail (error, IP_DRIVER_CONFIG, message);
}

static ip_driver_status
melange_open (const ip_driver_options *given, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	const char *extension = ip_driver_options_text (given, "extension");
	melange_service *service = melange_service_new (given, error);
	ip_driver_status status = IP_DRIVER_OK;

	if (service == NULL)
		return error->status;
	melange_instance *self = g_new0 (melange_instance, 1);
	self->service = service;
	if (strcmp (extension, "off") != 0)
		status = find_extension (self, strcmp (extension, "on") == 0,
		                         ip_driver_options_integer (given, "timeout") * G_USEC_PER_SEC, error);
	if (status != IP_DRIVER_OK) {
		melange_close (self);
		return status;
	}
	*ret_instance = self;
	return IP_DRIVER_OK;
}

static const char *
melange_location (ip_driver_instance *instance)
{
	melange_instance *self = instance;

	return melange_service_url (self->service);
}

static int32_t
melange_supports (ip_driver_instance *instance, const char *capability)
{
	melange_instance *self = instance;

	if (self->extended)
		return g_hash_table_contains (self->extension->capabilities, capability);
	return g_strv_contains (historical, capability);
}

static const ip_driver_backend backend = {
	.size = sizeof (ip_driver_backend),
	.abi = IP_DRIVER_BACKEND_ABI,
	.features = IP_DRIVER_FEATURE_REQUEST_KEY | IP_DRIVER_FEATURE_HOLD | IP_DRIVER_FEATURE_MANY |
                    IP_DRIVER_FEATURE_ALL_TENANTS | IP_DRIVER_FEATURE_CHOSEN_IDS,
	.name = "melange",
	.description = "IPAM in a Melange service, by its REST API",
	.options = options,
	.option_count = G_N_ELEMENTS (options),
	.open = melange_open,
	.close = melange_close,
	.location = melange_location,
	.supports = melange_supports,
	.block = &melange_block_ops,
	.subnet = &melange_subnet_ops,
	.address = &melange_address_ops,
	.network = &melange_network_ops,
	.interface = &melange_interface_ops,
	.mac_range = &melange_mac_range_ops,
	.allowed_ip = &melange_allowed_ip_ops,
	.route = &melange_route_ops,
	.policy = &melange_policy_ops,
	.policy_range = &melange_policy_range_ops,
	.policy_octet = &melange_policy_octet_ops,
	.nat = &melange_nat_ops,
	.lease = &melange_lease_ops,
	.transaction = &melange_transaction_ops,
	.store = &melange_store_ops,
};

IP_DRIVER_API const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	return host_abi >> 16 == IP_DRIVER_BACKEND_ABI >> 16 ? &backend : NULL;
}
