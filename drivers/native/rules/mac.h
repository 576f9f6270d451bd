/* MAC addresses as 48-bit numbers, and the prefixes they are given from. */
#ifndef NATIVE_RULES_MAC_H
#define NATIVE_RULES_MAC_H

#include <glib.h>

#define MAC_TEXT_SIZE 24

/* Parses aa:bb:cc:dd:ee:ff (the only form that the library hands down). FALSE: malformed. */
gboolean mac_parse (const char *text, guint64 *ret);
/* Parses aa:bb:cc:00:00:00/24 into both ends. FALSE: malformed, or length not 8 to 48. */
gboolean mac_range_parse (const char *text, guint64 *ret_first, guint64 *ret_last, int *ret_prefix);
/* Return `text`. */
const char *mac_format (guint64 mac, char text[MAC_TEXT_SIZE]);
const char *mac_range_format (guint64 first, int prefix, char text[MAC_TEXT_SIZE]);

#endif
