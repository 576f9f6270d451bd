/*
 * Forms of text: what the historical service took beyond the forms of the ABI, and what it gave. Plain values, no
 * request.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_FORMS_H
#define CONTROLLERS_FORMS_H

#include <glib.h>

/* An IPv4 address of one to four decimal parts, the last of which fills what is missing ("10.13" is 10.0.0.13), in
 * full; anything else as it is. Owned by the caller. */
char *forms_address (const char *text);

/* An IPv6 address in the long form ("fd00:0000:..."); anything else as it is. Owned by the caller. */
char *forms_long_address (const char *text);

/* The forms of a MAC address that the ABI knows, and octets or groups without leading zeros ("0:1:2:3:4:5"), as
 * aa:bb:cc:dd:ee:ff; anything else as it is. Owned by the caller. */
char *forms_mac (const char *text);
char *forms_mac_of_number (guint64 number);

/* A CIDR by its bits. */
typedef struct {
	/* 4 or 6. */
	int version;
	int prefix;
	guint8 bytes[16];
} forms_cidr;

/* Reads address/length, address/netmask, an address alone, and IPv4 with its last parts left out ("10.8/16"). FALSE:
 * none of these. */
gboolean forms_cidr_parse (const char *text, forms_cidr *ret_cidr);
/* As the ABI writes it, host bits kept. Owned by the caller. */
char *forms_cidr_format (const forms_cidr *cidr);
gboolean forms_cidr_overlap (const forms_cidr *a, const forms_cidr *b);

/* A text as Python 2 writes it in code: u'...'. Owned by the caller. */
char *forms_repr (const char *text);

#endif
