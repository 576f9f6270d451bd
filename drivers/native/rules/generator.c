/* Where in an IPv6 block the search for an address begins. See generator.h. */
#include "generator.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* A small block can lie wholly inside a reserved run; then there is nothing to avoid. The chance that a
 * block with one free identifier in two is given up by mistake is 2^-64. */
#define TRIES 64

static const char *const kind_names[] = {
	[GENERATOR_RFC2462] = "rfc2462",
	[GENERATOR_TENANT] = "tenant",
	[GENERATOR_STABLE] = "stable",
	[GENERATOR_RANDOM] = "random",
};

gboolean
generator_kind_parse (const char *name, generator_kind *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS (kind_names); i++) {
		if (strcmp (name, kind_names[i]) == 0) {
			*ret = (generator_kind)i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
generator_needs_mac (generator_kind kind)
{
	return kind == GENERATOR_RFC2462 || kind == GENERATOR_TENANT;
}

/* Modified EUI-64: the universal/local bit turned over, fffe in the middle. */
static guint64
eui64 (guint64 mac)
{
	return ((mac >> 24) ^ 0x020000) << 40 | G_GUINT64_CONSTANT (0xfffe) << 24 | (mac & 0xffffff);
}

static guint64
tenant_identifier (const char *tenant, guint64 mac)
{
	g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize size = sizeof digest;
	guint64 high = 0;

	g_checksum_update (checksum, (const guchar *)tenant, -1);
	g_checksum_get_digest (checksum, digest, &size);
	for (int i = 0; i < 4; i++)
		high = high << 8 | digest[i];
	return high << 32 | G_GUINT64_CONSTANT (0xff) << 24 | (mac & 0xffffff);
}

/* A text with its length before it, so that no two lists of fields hash alike; NULL differs from "". */
static void
hash_text (GHmac *hmac, const char *text)
{
	guint32 length = GUINT32_TO_BE (text ? (guint32)strlen (text) : G_MAXUINT32);

	g_hmac_update (hmac, (const guchar *)&length, sizeof length);
	if (text)
		g_hmac_update (hmac, (const guchar *)text, -1);
}

/* RFC 7217, 5: F (Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key), its least significant bits. */
static guint64
stable_identifier (const ip_cidr *block, const generator_input *input, guint32 counter)
{
	g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, input->secret, GENERATOR_SECRET_SIZE);
	guint8 digest[32];
	gsize size = sizeof digest;
	guint8 bytes[16];
	guint8 prefix = (guint8)block->prefix;
	/* The interface's name holds when its hardware is changed; the MAC address is second best. */
	guint64 mac = GUINT64_TO_BE (input->interface ? 0 : input->mac);
	guint32 count = GUINT32_TO_BE (counter);
	guint64 identifier = 0;

	ip_address_to_bytes (6, block->first, bytes);
	g_hmac_update (hmac, bytes, sizeof bytes);
	g_hmac_update (hmac, &prefix, sizeof prefix);
	hash_text (hmac, input->interface);
	g_hmac_update (hmac, (const guchar *)&mac, sizeof mac);
	hash_text (hmac, input->network);
	g_hmac_update (hmac, (const guchar *)&count, sizeof count);
	g_hmac_get_digest (hmac, digest, &size);
	for (gsize i = size - sizeof identifier; i < size; i++)
		identifier = identifier << 8 | digest[i];
	return identifier;
}

static guint64
random_identifier (void)
{
	guint64 identifier;
	gssize got;

	/* So few bytes come whole once the kernel's pool is ready; a signal can only interrupt the wait for it. */
	do
		got = getrandom (&identifier, sizeof identifier, 0);
	while (got < 0 && errno == EINTR);
	/* A guessable address would be worse than none. */
	if (got != sizeof identifier)
		g_error ("getrandom: %s", g_strerror (errno));
	return identifier;
}

/* Interface identifiers that no host may have: the registry that RFC 5453 founded, in its present state. */
static gboolean
is_reserved (guint64 identifier)
{
	/* Subnet-router anycast (RFC 4291). */
	return identifier == 0 ||
	       /* The EUI-64 of IANA's own Ethernet block: all of it (RFC 4291, RFC 6543). */
	       identifier >> 24 == G_GUINT64_CONSTANT (0x02005efffe) ||
	       /* Subnet anycast (RFC 2526). */
	       (identifier >= G_GUINT64_CONSTANT (0xfdffffffffffff80) &&
	        identifier <= G_GUINT64_CONSTANT (0xfdffffffffffffff));
}

static ip_value
place (const ip_cidr *block, guint64 identifier)
{
	/* In a block shorter than /64 this leaves the bits between its prefix and bit 64 zero. */
	return block->first | (identifier & (block->last - block->first));
}

ip_value
generator_start (generator_kind kind, const ip_cidr *block, const generator_input *input)
{
	gboolean stable = kind == GENERATOR_STABLE && (input->interface || input->has_mac);
	ip_value address = block->first;

	g_assert (block->version == 6);
	g_assert (input->has_mac || !generator_needs_mac (kind));
	switch (kind) {
	case GENERATOR_RFC2462:
		return place (block, eui64 (input->mac));
	case GENERATOR_TENANT:
		return place (block, tenant_identifier (input->tenant, input->mac));
	case GENERATOR_STABLE:
	case GENERATOR_RANDOM:
		break;
	}
	for (guint32 counter = 0; counter < TRIES; counter++) {
		address = place (block, stable ? stable_identifier (block, input, counter) : random_identifier ());
		/* What counts is what the address ends in, whichever part of it was drawn. */
		if (!is_reserved ((guint64)address))
			break;
	}
	return address;
}
