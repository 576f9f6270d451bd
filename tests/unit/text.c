/*
 * The forms of text: what is taken, what is refused, and in which form it reaches the driver. Tables of
 * cases, and a random one for IPv6 whose oracle is the system's inet_pton() and inet_ntop().
 */
#include "support.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the driver got in the field that is under test. */
static char got[512];

typedef ip_driver_status (*send_function) (ip_driver *driver, const char *text, ip_driver_error *error);

static ip_driver_status
keep_address (const fake_call *call)
{
	g_strlcpy (got, ((const ip_driver_address_find_args *)call->args)->address, sizeof got);
	return IP_DRIVER_OK;
}

static ip_driver_status
send_address (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	ip_driver_address_matches *matches = NULL;
	ip_driver_status status;

	fake ()->handler = keep_address;
	args.address = text;
	status = ip_driver_address_find (driver, &args, &matches, error);
	ip_driver_address_matches_free (matches);
	return status;
}

static ip_driver_status
keep_cidr (const fake_call *call)
{
	g_strlcpy (got, ((const ip_driver_block_create_args *)call->args)->cidr, sizeof got);
	return support_answer (call);
}

static ip_driver_status
send_cidr (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;
	ip_driver_status status;

	fake ()->handler = keep_cidr;
	args.tenant = "blue";
	args.cidr = text;
	args.type = IP_DRIVER_BLOCK_PUBLIC;
	status = ip_driver_block_create (driver, &args, &block, error);
	ip_driver_block_free (block);
	return status;
}

static ip_driver_status
keep_mac (const fake_call *call)
{
	g_strlcpy (got, ((const ip_driver_lease_grant_args *)call->args)->mac, sizeof got);
	return support_answer (call);
}

static ip_driver_status
send_mac (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	ip_driver_lease *lease = NULL;
	ip_driver_status status;

	fake ()->handler = keep_mac;
	args.block = UUID_A;
	args.address = "10.0.0.1";
	args.mac = text;
	status = ip_driver_lease_grant (driver, &args, &lease, error);
	ip_driver_lease_free (lease);
	return status;
}

static ip_driver_status
keep_mac_cidr (const fake_call *call)
{
	g_strlcpy (got, ((const ip_driver_mac_range_create_args *)call->args)->cidr, sizeof got);
	return support_answer (call);
}

static ip_driver_status
send_mac_cidr (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_mac_range *range = NULL;
	ip_driver_status status;

	fake ()->handler = keep_mac_cidr;
	args.cidr = text;
	status = ip_driver_mac_range_create (driver, &args, &range, error);
	ip_driver_mac_range_free (range);
	return status;
}

static ip_driver_status
keep_first_key (const fake_call *call)
{
	g_strlcpy (got, call->keys[0], sizeof got);
	return support_answer (call);
}

static ip_driver_status
send_uuid (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_mac_range *range = NULL;
	ip_driver_status status;

	fake ()->handler = keep_first_key;
	status = ip_driver_mac_range_get (driver, text, &range, error);
	ip_driver_mac_range_free (range);
	return status;
}

static ip_driver_status
keep_tenant (const fake_call *call)
{
	g_strlcpy (got, call->keys[0], sizeof got);
	return IP_DRIVER_OK;
}

static ip_driver_status
send_tenant (ip_driver *driver, const char *text, ip_driver_error *error)
{
	fake ()->handler = keep_tenant;
	return ip_driver_block_delete (driver, text, UUID_A, error);
}

static ip_driver_status
keep_description (const fake_call *call)
{
	g_strlcpy (got, ((const ip_driver_policy_create_args *)call->args)->description, sizeof got);
	return support_answer (call);
}

static ip_driver_status
send_description (ip_driver *driver, const char *text, ip_driver_error *error)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_policy *policy = NULL;
	ip_driver_status status;

	fake ()->handler = keep_description;
	args.tenant = "blue";
	args.name = "p";
	args.description = text;
	status = ip_driver_policy_create (driver, &args, &policy, error);
	ip_driver_policy_free (policy);
	return status;
}

typedef struct {
	const char *text;
	/* NULL: refused. */
	const char *canonical;
} text_case;

static void
run (ip_driver *driver, send_function send, const char *what, const text_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_status status;

		g_strlcpy (got, "(not called)", sizeof got);
		status = send (driver, cases[i].text, &error);
		if (cases[i].canonical == NULL) {
			if (status == IP_DRIVER_OK)
				print_error ("\"%s\" was taken as \"%s\"\n", cases[i].text, got);
			assert_error (status, &error, IP_DRIVER_INVALID, what);
			assert_string_equal (got, "(not called)");
		} else {
			assert_ok (status, &error);
			assert_string_equal (got, cases[i].canonical);
		}
	}
}

static void
test_address (void **state)
{
	static const text_case cases[] = {
		{"0.0.0.0", "0.0.0.0"},
		{"10.0.0.1", "10.0.0.1"},
		{"192.168.100.200", "192.168.100.200"},
		{"255.255.255.255", "255.255.255.255"},
		{"::", "::"},
		{"::1", "::1"},
		{"1::", "1::"},
		{"0:0:0:0:0:0:0:0", "::"},
		{"0:0:0:0:0:0:0:1", "::1"},
		{"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
		{"2001:0DB8::0001", "2001:db8::1"},
		{"2001:db8::AbCd", "2001:db8::abcd"},
		{"fe80:0000:0000:0000:0216:3eff:fe00:0001", "fe80::216:3eff:fe00:1"},
		/* RFC 5952, 4.2.2: one group of zeros is not shortened. */
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		/* 4.2.3: the longest run, and the first of equals. */
		{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"0:0:1:0:0:0:0:0", "0:0:1::"},
		{"0:0:0:0:1:0:0:0", "::1:0:0:0"},
		{"1:0:0:0:0:0:0:0", "1::"},
		{"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
		{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
		{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
		/* 5: mapped IPv4 is dotted; the compatible form is out of use. */
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
		{"::ffff:102:304", "::ffff:1.2.3.4"},
		{"0:0:0:0:0:FFFF:0.0.0.0", "::ffff:0.0.0.0"},
		{"::1.2.3.4", "::102:304"},
		{"::1:2", "::1:2"},
		{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"", NULL},
		{" ", NULL},
		{"10.0.0.1 ", NULL},
		{" 10.0.0.1", NULL},
		{"10.0.0.1\n", NULL},
		{"10.0.0.1\t", NULL},
		{"010.0.0.1", NULL},
		{"10.0.0.01", NULL},
		{"10.00.0.1", NULL},
		{"0x0a.0.0.1", NULL},
		{"1.2.3", NULL},
		{"1.2", NULL},
		{"1", NULL},
		{"167772161", NULL},
		{"1.2.3.", NULL},
		{".1.2.3", NULL},
		{"1..2.3", NULL},
		{"1.2.3.4.", NULL},
		{"1.2.3.4.5", NULL},
		{"256.0.0.1", NULL},
		{"1.2.3.256", NULL},
		{"1.2.3.1000", NULL},
		{"1.2.3.-4", NULL},
		{"+1.2.3.4", NULL},
		{"1.2.3.4/32", NULL},
		{"1,2,3,4", NULL},
		{"a.b.c.d", NULL},
		{"localhost", NULL},
		{"10.0.0.\xd9\xa1", NULL},
		{"10.0.0.\xff", NULL},
		{":", NULL},
		{":::", NULL},
		{"::1::", NULL},
		{"1::2::3", NULL},
		{"1:2:3:4:5:6:7", NULL},
		{"1:2:3:4:5:6:7:8:9", NULL},
		{"1:2:3:4:5:6:7:8::", NULL},
		{"::1:2:3:4:5:6:7:8", NULL},
		{":1:2:3:4:5:6:7:8", NULL},
		{"1:2:3:4:5:6:7:8:", NULL},
		{"::12345", NULL},
		{"::g", NULL},
		{"::1%eth0", NULL},
		{"fe80::1%1", NULL},
		{"::1 ", NULL},
		{" ::1", NULL},
		{"[::1]", NULL},
		{"::1/128", NULL},
		{"::-1", NULL},
		{"::1.2.3", NULL},
		{"::01.2.3.4", NULL},
		{"::1.2.3.4:5", NULL},
		{"1:2:3:4:5:6:7:1.2.3.4", NULL},
		{"1.2.3.4::", NULL},
		{"00000::1", NULL},
	};

	run (*state, send_address, "address", cases, G_N_ELEMENTS (cases));
}

static void
test_cidr (void **state)
{
	static const text_case cases[] = {
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"10.1.2.3/8", "10.0.0.0/8"},
		{"10.255.255.255/9", "10.128.0.0/9"},
		{"192.168.1.77/31", "192.168.1.76/31"},
		{"192.168.1.77/32", "192.168.1.77/32"},
		{"255.255.255.255/1", "128.0.0.0/1"},
		{"1.2.3.4/0", "0.0.0.0/0"},
		{"2001:DB8::1/32", "2001:db8::/32"},
		{"2001:db8:ffff:ffff::/33", "2001:db8:8000::/33"},
		{"ffff::1/0", "::/0"},
		{"fe80::1/128", "fe80::1/128"},
		{"fe80::ff/127", "fe80::fe/127"},
		{"::ffff:10.1.2.3/104", "::ffff:10.0.0.0/104"},
		{"::ffff:10.1.2.3/96", "::ffff:0.0.0.0/96"},
		{"::ffff:10.1.2.3/80", "::/80"},
		{"", NULL},
		{"/", NULL},
		{"/8", NULL},
		{"10.0.0.0", NULL},
		{"10.0.0.0/", NULL},
		{"10.0.0.0/33", NULL},
		{"10.0.0.0/-1", NULL},
		{"10.0.0.0/+8", NULL},
		{"10.0.0.0/08", NULL},
		{"10.0.0.0/00", NULL},
		{"10.0.0.0/8 ", NULL},
		{"10.0.0.0/ 8", NULL},
		{"10.0.0.0 /8", NULL},
		{" 10.0.0.0/8", NULL},
		{"10.0.0.0/8/8", NULL},
		{"10.0.0.0/8.0", NULL},
		{"10.0.0.0/0x8", NULL},
		{"10.0.0.0/255.0.0.0", NULL},
		{"10.0.0.0/4294967304", NULL},
		{"10.0.0.0/99999999999999999999999", NULL},
		{"10/8", NULL},
		{"10.0/16", NULL},
		{"010.0.0.0/8", NULL},
		{"2001:db8::/129", NULL},
		{"2001:db8::", NULL},
		{"2001:db8:/32", NULL},
		{"::1%eth0/64", NULL},
		{"fe80::/64%eth0", NULL},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/8", NULL},
	};

	run (*state, send_cidr, "is not a CIDR", cases, G_N_ELEMENTS (cases));
}

static void
test_mac (void **state)
{
	static const text_case cases[] = {
		{"aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff"},
		{"AA:BB:CC:DD:EE:0F", "aa:bb:cc:dd:ee:0f"},
		{"aa-bb-cc-dd-ee-ff", "aa:bb:cc:dd:ee:ff"},
		{"aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff"},
		{"AABBccddeeff", "aa:bb:cc:dd:ee:ff"},
		{"001122334455", "00:11:22:33:44:55"},
		{"", NULL},
		{"aa", NULL},
		{"aa:bb:cc:dd:ee", NULL},
		{"aa:bb:cc:dd:ee:f", NULL},
		{"aa:bb:cc:dd:ee:fff", NULL},
		{"aa:bb:cc:dd:ee:ff:00", NULL},
		{"aa:bb:cc:dd:ee:fg", NULL},
		{"aa:bb:cc-dd-ee-ff", NULL},
		{"aa:bb:cc:dd:ee-ff", NULL},
		{"aa bb cc dd ee ff", NULL},
		{"aa.bb.cc.dd.ee.ff", NULL},
		{"aabb:ccdd:eeff", NULL},
		{"aabb-ccdd-eeff", NULL},
		{"aabb.ccdd.eef", NULL},
		{"aabb.ccdd.eeff.", NULL},
		{"aabbccddeef", NULL},
		{"aabbccddeeff0", NULL},
		{"aabbccddeefg", NULL},
		{":a:b:c:d:e:f:0:1:", NULL},
		{"a:bb:cc:dd:ee:ff", NULL},
		{" aa:bb:cc:dd:ee:ff", NULL},
		{"aa:bb:cc:dd:ee:ff ", NULL},
		{"0xaabbccddee", NULL},
	};

	run (*state, send_mac, "is not a MAC address", cases, G_N_ELEMENTS (cases));
}

static void
test_mac_cidr (void **state)
{
	static const text_case cases[] = {
		{"aa:bb:cc:00:00:00/24", "aa:bb:cc:00:00:00/24"},
		{"AA-BB-CC-DD-EE-FF/24", "aa:bb:cc:00:00:00/24"},
		{"aabb.ccdd.eeff/25", "aa:bb:cc:80:00:00/25"},
		{"ffffffffffff/8", "ff:00:00:00:00:00/8"},
		{"aa:bb:cc:dd:ee:ff/48", "aa:bb:cc:dd:ee:ff/48"},
		{"aa:bb:cc:dd:ee:ff/47", "aa:bb:cc:dd:ee:fe/47"},
		{"aa:bb:cc:00:00:00", NULL},
		{"aa:bb:cc:00:00:00/", NULL},
		{"aa:bb:cc:00:00:00/7", NULL},
		{"aa:bb:cc:00:00:00/0", NULL},
		{"aa:bb:cc:00:00:00/49", NULL},
		{"aa:bb:cc:00:00:00/024", NULL},
		{"aa:bb:cc/24", NULL},
		{"/24", NULL},
		{"10.0.0.0/24", NULL},
		{"", NULL},
	};

	run (*state, send_mac_cidr, "cidr", cases, G_N_ELEMENTS (cases));
}

static void
test_uuid (void **state)
{
	static const text_case cases[] = {
		{"11111111-2222-3333-4444-55555555aaaa", "11111111-2222-3333-4444-55555555aaaa"},
		{"ABCDEF01-2345-6789-ABCD-EF0123456789", "abcdef01-2345-6789-abcd-ef0123456789"},
		{"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
		{"", NULL},
		{"1", NULL},
		{"11111111222233334444555555555555", NULL},
		{"11111111-2222-3333-4444-55555555555", NULL},
		{"11111111-2222-3333-4444-5555555555555", NULL},
		{"11111111-2222-3333-44445-5555555555a", NULL},
		{"1111111-12222-3333-4444-555555555555", NULL},
		{"11111111-2222-3333-4444-55555555555g", NULL},
		{"11111111_2222_3333_4444_555555555555", NULL},
		{"{11111111-2222-3333-4444-555555555555}", NULL},
		{"urn:uuid:11111111-2222-3333-4444-555555555555", NULL},
		{" 11111111-2222-3333-4444-555555555555", NULL},
		{"11111111-2222-3333-4444-555555555555 ", NULL},
		{"'; DROP TABLE block; --", NULL},
	};

	run (*state, send_uuid, "is not a UUID", cases, G_N_ELEMENTS (cases));
}

static void
test_id (void **state)
{
	g_autofree char *longest = g_strnfill (255, 'x');
	g_autofree char *too_long = g_strnfill (256, 'x');
	/* 85 characters of three bytes are 255 bytes; one byte more is too long. */
	g_autoptr (GString) wide = g_string_new (NULL);
	g_autofree char *too_wide = NULL;

	for (int i = 0; i < 85; i++)
		g_string_append (wide, "\xe2\x82\xac");
	too_wide = g_strconcat (wide->str, "x", NULL);
	{
		const text_case cases[] = {
			{"x", "x"},
			{" ", " "},
			{"Robert'); DROP TABLE address;--", "Robert'); DROP TABLE address;--"},
			{"\xe7\xa7\x9f\xe6\x88\xb7", "\xe7\xa7\x9f\xe6\x88\xb7"},
			{"two\nlines", "two\nlines"},
			{longest, longest},
			{wide->str, wide->str},
			{"", NULL},
			{too_long, NULL},
			{too_wide, NULL},
			{"\xff", NULL},
			{"caf\xe9", NULL},
			{"\xc0\x80", NULL},
			{"\xed\xa0\x80", NULL},
			{"\xe2\x82", NULL},
			{"\xf4\x90\x80\x80", NULL},
		};

		run (*state, send_tenant, "is not 1 to 255 bytes of UTF-8", cases, G_N_ELEMENTS (cases));
	}
}

static void
test_description (void **state)
{
	g_autofree char *too_long = g_strnfill (4097, 'x');
	g_autofree char *longest = g_strnfill (4096, 'x');
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const text_case cases[] = {
		{"", ""},
		{"Reserved for routers", "Reserved for routers"},
		{too_long, NULL},
		{"\xff", NULL},
	};

	run (*state, send_description, "is not 0 to 4096 bytes of UTF-8", cases, G_N_ELEMENTS (cases));
	assert_ok (send_description (*state, longest, &error), &error);
}

/* Netmasks depend on the destination, which changes with them. */
typedef struct {
	const char *destination, *netmask, *gateway;
	/* NULL: refused, and `what` is in the message. */
	const char *got_destination, *got_netmask;
	const char *what;
} route_case;

static char got_netmask[64];

static ip_driver_status
keep_route (const fake_call *call)
{
	const ip_driver_route_create_args *args = call->args;

	g_strlcpy (got, args->destination, sizeof got);
	g_strlcpy (got_netmask, args->netmask == NULL ? "(null)" : args->netmask, sizeof got_netmask);
	return support_answer (call);
}

static void
test_route (void **state)
{
	static const route_case cases[] = {
		{"10.1.2.3", "255.255.255.0", "10.0.0.1", "10.1.2.0", "255.255.255.0", NULL},
		{"10.1.2.3", "24", "10.0.0.1", "10.1.2.0", "255.255.255.0", NULL},
		{"10.1.2.3", "0", "10.0.0.1", "0.0.0.0", "0.0.0.0", NULL},
		{"10.1.2.3", "0.0.0.0", "10.0.0.1", "0.0.0.0", "0.0.0.0", NULL},
		{"10.1.2.3", "32", "10.0.0.1", "10.1.2.3", "255.255.255.255", NULL},
		{"10.1.2.3", "128.0.0.0", "10.0.0.1", "0.0.0.0", "128.0.0.0", NULL},
		{"10.1.2.3", NULL, "10.0.0.1", "10.1.2.3", "(null)", NULL},
		{"2001:DB8::1", "32", "fe80::1", "2001:db8::", "32", NULL},
		{"2001:db8::1", "128", "fe80::1", "2001:db8::1", "128", NULL},
		{"2001:db8::1", "0", "fe80::1", "::", "0", NULL},
		{"2001:db8::1", NULL, "fe80::1", "2001:db8::1", "(null)", NULL},
		{"10.1.2.3", "255.0.255.0", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "0.0.0.255", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "255.255.255.1", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "255.255.255", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "255.255.255.00", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "33", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "/24", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "024", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "-1", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "", "10.0.0.1", NULL, NULL, "netmask"},
		{"10.1.2.3", "ffff::", "10.0.0.1", NULL, NULL, "netmask"},
		{"2001:db8::1", "255.255.255.0", "fe80::1", NULL, NULL, "netmask"},
		{"2001:db8::1", "129", "fe80::1", NULL, NULL, "netmask"},
		{"2001:db8::1", "ffff::", "fe80::1", NULL, NULL, "netmask"},
		{"10.1.2.0/24", NULL, "10.0.0.1", NULL, NULL, "destination"},
		{"10.1.2.3", "24", "fe80::1", NULL, NULL, "gateway"},
		{"10.1.2.3", NULL, "fe80::1", NULL, NULL, "gateway"},
		{"2001:db8::1", "64", "10.0.0.1", NULL, NULL, "gateway"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
		ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_route *route = NULL;
		ip_driver_status status;

		fake ()->handler = keep_route;
		args.block = UUID_A;
		args.destination = cases[i].destination;
		args.netmask = cases[i].netmask;
		args.gateway = cases[i].gateway;
		status = ip_driver_route_create (*state, &args, &route, &error);
		if (cases[i].got_destination == NULL) {
			assert_error (status, &error, IP_DRIVER_INVALID, cases[i].what);
		} else {
			assert_ok (status, &error);
			assert_string_equal (got, cases[i].got_destination);
			assert_string_equal (got_netmask, cases[i].got_netmask);
		}
		ip_driver_route_free (route);
	}
}

/* Writes an address in one of the many forms that are not canonical. */
static void
write_freely (GRand *random, const guint8 bytes[16], char text[64])
{
	char *to = text;

	for (int i = 0; i < 8; i++) {
		unsigned group = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];

		if (i > 0)
			*to++ = ':';
		if (i == 6 && g_rand_boolean (random)) {
			sprintf (to, "%d.%d.%d.%d", bytes[12], bytes[13], bytes[14], bytes[15]);
			return;
		}
		to += sprintf (to, g_rand_boolean (random) ? "%04X" : "%x", group);
	}
}

static void
test_random_ipv6 (void **state)
{
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given == NULL ? g_random_int () : (guint32)strtoul (given, NULL, 10);
	GRand *random = g_rand_new_with_seed (seed);

	print_message ("IP_DRIVER_SEED=%u\n", seed);
	for (int i = 0; i < 20000; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		guint8 bytes[16], back[16];
		char text[64], oracle[64];

		for (int group = 0; group < 8; group++) {
			guint32 value =
				g_rand_boolean (random) ? 0 : g_rand_int (random) >> g_rand_int_range (random, 16, 32);

			bytes[2 * group] = (guint8)(value >> 8);
			bytes[2 * group + 1] = (guint8)value;
		}
		write_freely (random, bytes, text);
		assert_ok (send_address (*state, text, &error), &error);
		assert_int_equal (inet_pton (AF_INET6, got, back), 1);
		assert_memory_equal (bytes, back, sizeof bytes);
		/* glibc writes all of ::/96 dotted; see lib/text.c. */
		inet_ntop (AF_INET6, bytes, oracle, sizeof oracle);
		if (strchr (oracle, '.') == NULL || g_str_has_prefix (oracle, "::ffff:"))
			assert_string_equal (got, oracle);
	}
	g_rand_free (random);
}

/* Nothing that is nearly an address crashes, and what is taken is what inet_pton() takes. */
static void
test_random_junk (void **state)
{
	static const char letters[] = "0123456789abcdefFx:.:.:/%- \xff\xc3";
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given == NULL ? g_random_int () : (guint32)strtoul (given, NULL, 10);
	GRand *random = g_rand_new_with_seed (seed);

	print_message ("IP_DRIVER_SEED=%u\n", seed);
	for (int i = 0; i < 20000; i++) {
		static const char *const starts[] = {"10.0.0.1", "2001:db8::1", "::ffff:1.2.3.4",
		                                     "",         "fe80::",      "1:2:3:4:5:6:7:8"};
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		char text[64];
		guint8 bytes[16];
		gboolean taken;
		size_t length;

		g_strlcpy (text, starts[g_rand_int_range (random, 0, G_N_ELEMENTS (starts))], sizeof text);
		length = strlen (text);
		for (int change = g_rand_int_range (random, 0, 3); change >= 0; change--) {
			size_t place = (size_t)g_rand_int_range (random, 0, (gint32)length + 1);

			if (place == length && length < sizeof text - 1)
				text[++length] = '\0';
			text[place] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
		}
		taken = send_address (*state, text, &error) == IP_DRIVER_OK;
		assert_int_equal (taken, inet_pton (strchr (text, ':') != NULL ? AF_INET6 : AF_INET, text, bytes) == 1);
		send_cidr (*state, text, &error);
		send_mac (*state, text, &error);
		send_mac_cidr (*state, text, &error);
	}
	g_rand_free (random);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_address),     cmocka_unit_test (test_cidr),  cmocka_unit_test (test_mac),
		cmocka_unit_test (test_mac_cidr),    cmocka_unit_test (test_uuid),  cmocka_unit_test (test_id),
		cmocka_unit_test (test_description), cmocka_unit_test (test_route), cmocka_unit_test (test_random_ipv6),
		cmocka_unit_test (test_random_junk),
	};

	return cmocka_run_group_tests_name ("text", tests, support_setup, support_teardown);
}
