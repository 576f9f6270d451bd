/*
 * Every fault that was recorded of the historical service, and the status of the ABI that it is; headers of our own
 * service; and what no service should answer.
 */
#include "fake.h"

#include <string.h>

static const struct {
	guint http;
	/* NULL: no JSON. */
	const char *detail;
	ip_driver_status status;
} faults[] = {
	{400,
         "Failed to save AllowedIp because: UNIQUE constraint failed: allowed_ips.ip_address_id, "
         "allowed_ips.interface_id",
         IP_DRIVER_DUPLICATE},
	{400, "Failed to save MacAddress because: UNIQUE constraint failed: mac_addresses.address",
         IP_DRIVER_DUPLICATE},
	{400, "Failed to save MacAddress because: (1062, \"Duplicate entry '1' for key 'address'\")",
         IP_DRIVER_DUPLICATE},
	{400, "Failed to save MacAddress because: column address is not unique", IP_DRIVER_DUPLICATE},
	{400, "Failed to save MacAddressRange because: NOT NULL constraint failed: mac_address_ranges.cidr",
         IP_DRIVER_INVALID},
	{400, "Required params are missing: mac_address", IP_DRIVER_INVALID},
	{400, NULL, IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'cidr': [u\"cidr should be within parent block's cidr\"]}",
         IP_DRIVER_NOT_IN_BLOCK},
	{400,
         "The following values are invalid: {'cidr': [u'cidr is invalid'], 'type': [u'type should be one among public, "
         "private']}",
         IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'cidr': [u'cidr overlaps with block 10.0.0.0/24 in same network']}",
         IP_DRIVER_NOT_ALLOWED},
	{400, "The following values are invalid: {'cidr': [u'cidr overlaps with public block 20.0.0.0/16']}",
         IP_DRIVER_NOT_ALLOWED},
	{400, "The following values are invalid: {'cidr': [u'cidr overlaps with sibling 10.0.1.0/24']}",
         IP_DRIVER_NOT_ALLOWED},
	{400,
         "The following values are invalid: {'cidr': [u'cidr overlaps with public block 20.0.0.0/16'], 'gateway': "
         "[u'Gateway is not a valid address']}",
         IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'destination': [u'destination should be present']}",
         IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'length': [u'length should be a positive integer']}",
         IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'name': [u'name should be present']}", IP_DRIVER_INVALID},
	{400, "The following values are invalid: {'network_id': [u'network_id should be same as that of parent']}",
         IP_DRIVER_NOT_ALLOWED},
	{400,
         "The following values are invalid: {'parent_id': [u'parent is not subnettable since it has allocated ips']}",
         IP_DRIVER_NOT_ALLOWED},
	{400,
         "The following values are invalid: {'policy_id': [u\"Policy with id = u'no-such-policy' doesn't exist\"]}",
         IP_DRIVER_NOT_FOUND},
	{400, "The following values are invalid: {'type': [u'type should be same within a network']}",
         IP_DRIVER_NOT_ALLOWED},
	{400, "The following values are invalid: {'virtual_interface_id': [u'Virtual Interface vif1 already exists']}",
         IP_DRIVER_DUPLICATE},
	/* A name of the caller does not pass for another text. */
	{400,
         "The following values are invalid: {'virtual_interface_id': [u'Virtual Interface cidr overlaps with Policy "
         "with "
         "id already exists']}",
         IP_DRIVER_DUPLICATE},
	{401, NULL, IP_DRIVER_DENIED},
	{403, NULL, IP_DRIVER_DENIED},
	{404, "IpBlock Not Found", IP_DRIVER_NOT_FOUND},
	{404, "Network nope not found", IP_DRIVER_NOT_FOUND},
	{404, "Ip Address 10.0.0.9 hasnt been allowed on interface v1", IP_DRIVER_NOT_FOUND},
	{404, NULL, IP_DRIVER_PROTOCOL},
	{406, "version not supported", IP_DRIVER_PROTOCOL},
	{409, "Address is already allocated", IP_DRIVER_DUPLICATE},
	{409, "Cannot allocate address for block 1 at this time", IP_DRIVER_CONFLICT},
	{412, NULL, IP_DRIVER_UNAVAILABLE},
	{413, NULL, IP_DRIVER_INVALID},
	{415, NULL, IP_DRIVER_PROTOCOL},
	{422, "Address does not belong to IpBlock", IP_DRIVER_NOT_IN_BLOCK},
	{422, "Address is locked", IP_DRIVER_LOCKED},
	{422, "Block policy does not allow this address", IP_DRIVER_DENIED_BY_POLICY},
	{422, "Interface vif1 is configured on another network", IP_DRIVER_NOT_ALLOWED},
	{422, "Interface IpBlock is full is configured on another network", IP_DRIVER_NOT_ALLOWED},
	{422, "Ip 10.0.0.1 cannot be allowed on interface locked as interface is not configured for ip's network",
         IP_DRIVER_NOT_ALLOWED},
	{422, "IpBlock is full", IP_DRIVER_EXHAUSTED},
	{422, "ip blocks in this network are full", IP_DRIVER_EXHAUSTED},
	{422, "No more mac Addresses", IP_DRIVER_EXHAUSTED},
	{422, "Subnetted block cannot allocate IPAddress", IP_DRIVER_NOT_ALLOWED},
	{422, "something new", IP_DRIVER_NOT_ALLOWED},
	{429, NULL, IP_DRIVER_UNAVAILABLE},
	{500, "'NoneType' object has no attribute 'tenant_id'", IP_DRIVER_UNAVAILABLE},
	{500, NULL, IP_DRIVER_UNAVAILABLE},
	{503, NULL, IP_DRIVER_UNAVAILABLE},
	{504, NULL, IP_DRIVER_UNAVAILABLE},
	{418, "I am a teapot", IP_DRIVER_PROTOCOL},
	{301, NULL, IP_DRIVER_PROTOCOL},
};

static service_answer
make (guint http, const char *detail)
{
	return (service_answer){
		.status = http,
		.body = detail ? json_pack ("{s{sissss}}", "Fault", "code", http, "message", "m", "detail", detail)
	                       : NULL,
		.detail = g_strdup (detail),
	};
}

static void
historical (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
		g_auto (service_answer) answer = make (faults[i].http, faults[i].detail);
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		if (melange_fault (&answer, &error) != faults[i].status)
			fail_msg ("%u %s: %s", faults[i].http, faults[i].detail, ip_driver_status_name (error.status));
		assert_int_equal (error.status, faults[i].status);
		assert_true (error.message[0] != '\0');
		assert_int_equal (error.retryable,
		                  faults[i].status == IP_DRIVER_CONFLICT || faults[i].status == IP_DRIVER_UNAVAILABLE);
		if (faults[i].detail)
			assert_non_null (strstr (error.message, faults[i].detail));
	}
}

static void
own (void **state)
{
	for (ip_driver_status status = IP_DRIVER_INVALID; status <= IP_DRIVER_INTERNAL; status++) {
		g_auto (service_answer) answer = make (422, "IpBlock is full");
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		answer.ip_driver_status = g_strdup (ip_driver_status_name (status));
		answer.ip_driver_retryable = g_strdup (status % 2 ? "1" : "0");
		assert_int_equal (melange_fault (&answer, &error), status);
		assert_int_equal (error.retryable, status % 2);
	}
	/* A status that this driver does not know, or that is none of a fault. */
	static const char *const names[] = {"ok", "unknown", "", "exhausted "};
	for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
		g_auto (service_answer) answer = make (422, "Address is locked");
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		answer.ip_driver_status = g_strdup (names[i]);
		answer.ip_driver_retryable = g_strdup ("maybe");
		assert_int_equal (melange_fault (&answer, &error), IP_DRIVER_LOCKED);
		assert_int_equal (error.retryable, 0);
	}
}

static void
resting (void **state)
{
	g_auto (service_answer) it = make (500, "'NoneType' object has no attribute 'tenant_id'");
	g_auto (service_answer) other = make (500, "'NoneType' object has no attribute '__getitem__'");
	g_auto (service_answer) found = make (404, "'NoneType' object has no attribute 'tenant_id'");

	assert_true (melange_fault_is_resting (&it));
	assert_false (melange_fault_is_resting (&other));
	assert_false (melange_fault_is_resting (&found));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (historical),
		cmocka_unit_test (own),
		cmocka_unit_test (resting),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
