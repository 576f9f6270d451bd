/* MAC addresses as numbers. See mac.h. */
#include "mac.h"

#include <string.h>

#define MAC_LENGTH 17

/* The first 17 characters of the text; what follows is the caller's affair. */
static gboolean
parse_octets (const char *text, guint64 *ret)
{
	guint64 mac = 0;

	for (int i = 0; i < MAC_LENGTH; i++) {
		if (i % 3 == 2) {
			if (text[i] != ':')
				return FALSE;
			continue;
		}
		int digit = g_ascii_xdigit_value (text[i]);
		if (digit < 0)
			return FALSE;
		mac = mac << 4 | (guint64)digit;
	}
	*ret = mac;
	return TRUE;
}

gboolean
mac_parse (const char *text, guint64 *ret)
{
	return strlen (text) == MAC_LENGTH && parse_octets (text, ret);
}

gboolean
mac_range_parse (const char *text, guint64 *ret_first, guint64 *ret_last, int *ret_prefix)
{
	guint64 mac, host;
	int prefix;

	if (!parse_octets (text, &mac) || text[MAC_LENGTH] != '/')
		return FALSE;
	const char *digits = text + MAC_LENGTH + 1;
	if (!g_ascii_isdigit (digits[0]) || digits[0] == '0')
		return FALSE;
	prefix = digits[0] - '0';
	if (digits[1] != '\0') {
		if (!g_ascii_isdigit (digits[1]) || digits[2] != '\0')
			return FALSE;
		prefix = prefix * 10 + (digits[1] - '0');
	}
	if (prefix < 8 || prefix > 48)
		return FALSE;
	host = (G_GUINT64_CONSTANT (1) << (48 - prefix)) - 1;
	*ret_first = mac & ~host;
	*ret_last = mac | host;
	*ret_prefix = prefix;
	return TRUE;
}

const char *
mac_format (guint64 mac, char text[MAC_TEXT_SIZE])
{
	g_snprintf (text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", (guint)(mac >> 40 & 255),
	            (guint)(mac >> 32 & 255), (guint)(mac >> 24 & 255), (guint)(mac >> 16 & 255),
	            (guint)(mac >> 8 & 255), (guint)(mac & 255));
	return text;
}

const char *
mac_range_format (guint64 first, int prefix, char text[MAC_TEXT_SIZE])
{
	mac_format (first, text);
	g_snprintf (text + MAC_LENGTH, MAC_TEXT_SIZE - MAC_LENGTH, "/%d", prefix);
	return text;
}
