/* See support.h. */
#include "support.h"

#include <string.h>

ip_driver_status
open_driver (server *service, const char *retries, const char *key, const char *value, ip_driver **ret_driver,
             ip_driver_error *error)
{
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "melange"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"melange", "url", server_url (service)},
		{"melange", "timeout", "20"},
		{"melange", "retries", retries},
		{"melange", key, value},
	};

	return ip_driver_open_settings (settings, G_N_ELEMENTS (settings) - (key == NULL ? 1 : 0), ret_driver, error);
}

fixture
start (const char *retries)
{
	fixture self = {.service = server_new (), .error = IP_DRIVER_ERROR_INIT};

	server_reply_json (self.service, 200, "", LISTED);
	server_reply_json (self.service, 200, SERVED_BY, ABOUT ("1.7.0", PROCESS, CAPABILITIES));
	if (open_driver (self.service, retries, NULL, NULL, &self.driver, &self.error) != IP_DRIVER_OK)
		fail_msg ("%s", self.error.message);
	self.begin = server_requests (self.service);
	assert_int_equal (self.begin, 2);
	return self;
}

void
stop (fixture *self)
{
	ip_driver_close (self->driver);
	server_free (self->service);
}

const char *
request (const fixture *self, guint index)
{
	assert_true (server_requests (self->service) > self->begin + index);
	return server_request (self->service, self->begin + index);
}

void
assert_requests (const fixture *self, guint count)
{
	if (server_requests (self->service) != self->begin + count)
		fail_msg ("%u requests instead of %u", server_requests (self->service) - self->begin, count);
}

void
assert_begins (const char *text, const char *line)
{
	g_autofree char *whole = g_strconcat (line, " HTTP/1.1\r\n", NULL);

	if (!g_str_has_prefix (text, whole))
		fail_msg ("\"%s\" does not begin with \"%s\"", text, line);
}

char *
header (const char *text, const char *name)
{
	g_autofree char *line = g_strconcat ("\r\n", name, ": ", NULL);
	const char *found = strstr (text, line);

	if (found == NULL)
		return NULL;
	found += strlen (line);
	return g_strndup (found, strcspn (found, "\r"));
}

void
assert_header (const char *text, const char *name, const char *value)
{
	g_autofree char *found = header (text, name);

	if (g_strcmp0 (found, value) != 0)
		fail_msg ("%s: \"%s\" instead of \"%s\"", name, found, value);
}

char *
key_of (const char *text)
{
	char *key = header (text, "Idempotency-Key");

	assert_non_null (key);
	assert_true (g_uuid_string_is_valid (key));
	return key;
}

void
assert_abandons (const char *text, const char *key)
{
	g_autofree char *line = g_strconcat ("DELETE /v0.1/ip_driver/attempts/", key, NULL);

	assert_begins (text, line);
}

const char *
body (const char *text)
{
	return strstr (text, "\r\n\r\n") + 4;
}

char *
chosen_id (const char *text)
{
	const char *found = strstr (body (text), "\"id\":\"");
	char *id;

	assert_non_null (found);
	id = g_strndup (found + strlen ("\"id\":\""), 36);
	assert_true (g_uuid_string_is_valid (id));
	return id;
}

void
lose (fixture *self)
{
	server_reply (self->service, THEN_CLOSE, "", 0);
}

ip_driver_status
create_block (fixture *self, const char *id)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;
	ip_driver_status status;

	args.tenant = "blue";
	args.cidr = "10.0.0.0/24";
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	args.id = id;
	status = ip_driver_block_create (self->driver, &args, &block, &self->error);
	if (status == IP_DRIVER_OK)
		assert_string_equal (block->cidr, "10.0.0.0/24");
	ip_driver_block_free (block);
	return status;
}

ip_driver_status
delete_block (fixture *self)
{
	return ip_driver_block_delete (self->driver, "blue", ID, &self->error);
}

ip_driver_status
get_block (fixture *self)
{
	ip_driver_block *block = NULL;
	ip_driver_status status = ip_driver_block_get (self->driver, NULL, ID, &block, &self->error);

	ip_driver_block_free (block);
	return status;
}

ip_driver_status
allocate (fixture *self, const char *request_key)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;
	ip_driver_status status;

	args.tenant = "blue";
	args.block = BLOCK;
	args.request_key = request_key;
	status = ip_driver_address_allocate (self->driver, &args, &addresses, &self->error);
	if (status == IP_DRIVER_OK)
		assert_string_equal (addresses->items[0]->address, "10.0.0.1");
	ip_driver_addresses_free (addresses);
	return status;
}

void
assert_error (const fixture *self, ip_driver_status status, ip_driver_status expected, int retryable, const char *part)
{
	if (status != expected || self->error.retryable != retryable || strstr (self->error.message, part) == NULL)
		fail_msg ("%s, retryable %d: %s", ip_driver_status_name (status), (int)self->error.retryable,
		          self->error.message);
}
