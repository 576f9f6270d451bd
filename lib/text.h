/*
 * The forms of text that the ABI knows: each function checks one strictly and gives its canonical
 * form (see "Formats" in ip_driver/base.h). No memory is allocated, nothing is reported: args.c
 * does both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <glib.h>

/* Room for the canonical form of anything here but free text. */
#define TEXT_SIZE 64
/* The longest marker of a page, in bytes. */
#define TEXT_MARKER_MAX 1024

/* 4 or 6; 0: not an address. */
int text_address (const char *text, char canonical[TEXT_SIZE]);
/* The same for address/length; host bits are cleared. */
int text_cidr (const char *text, char canonical[TEXT_SIZE]);
gboolean text_mac (const char *text, char canonical[TEXT_SIZE]);
/* A MAC address and a prefix length of 8 to 48; host bits are cleared. */
gboolean text_mac_cidr (const char *text, char canonical[TEXT_SIZE]);
gboolean text_uuid (const char *text, char canonical[TEXT_SIZE]);
/*
 * A netmask for an address of a family: dotted for version 4, the prefix length for 6. Returns the
 * prefix length; -1: malformed. Version 0, family not known: what is dotted stays so, a prefix
 * length (0 to 128) too.
 */
int text_netmask (int version, const char *text, char canonical[TEXT_SIZE]);
/* Clears the host bits of a canonical address. */
void text_address_mask (int prefix, char address[TEXT_SIZE]);
/* Family of a canonical address or CIDR. */
int text_version (const char *canonical);

/* Valid UTF-8 of at most `longest` bytes. */
gboolean text_is_utf8 (const char *text, size_t longest);
/* Decimal with an optional minus, no plus, no space, no leading zero. */
gboolean text_integer (const char *text, gint64 *ret);

/* Copies text so that it is one line of UTF-8 in `room` bytes (at least 1) including the NUL: bytes
 * that are not UTF-8 and control characters become '?', the end is cut at a character's border.
 * Reads at most `longest` bytes; may work in place. */
void text_copy_line (char *to, size_t room, const char *from, size_t longest);

#endif
