/*
 * Interfaces, for the files that allocate to them.
 */
#ifndef NATIVE_INTERFACE_H
#define NATIVE_INTERFACE_H

#include "rows.h"

/* An interface row. Owns its text. */
typedef struct {
	gint64 no;
	char *id;
	gint64 tenant_no;
	char *tenant;
	char *device; /* NULL: none */
	gboolean has_mac;
	guint64 mac;
	gint64 hold_until; /* 0: none */
	gint64 request_no; /* 0: none */
	gint64 created_at;
	gint64 updated_at;
} native_interface;

void native_interface_clear (native_interface *interface);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (native_interface, native_interface_clear)

/* What an interface is to be. */
typedef struct {
	const char *id; /* NULL: generated */
	const char *tenant;
	const char *device;
	const char *mac;   /* NULL: from a range, if there is one */
	gint64 hold_until; /* 0: for good */
	gint64 request_no; /* 0: none */
} interface_wish;

/* Loads one; NOT_FOUND if it is not there (or has lapsed), or is not the tenant's (NULL: any). `ret` must
 * be zero. */
ip_driver_status interface_load (native_op *op, const char *tenant, const char *id, native_interface *ret);
/* Makes one. DUPLICATE: the id or MAC is taken. EXHAUSTED: the MAC ranges are used up. */
ip_driver_status interface_make (native_op *op, const interface_wish *wish, native_interface *ret);
/* The one with that id, or makes it. DUPLICATE: it is another tenant's. If the wish names neither id
 * nor device nor MAC, `ret` stays zero. */
ip_driver_status interface_ensure (native_op *op, const interface_wish *wish, native_interface *ret);
/* NOT_ALLOWED if it has addresses on another network (NULL is one, too). */
ip_driver_status interface_check_network (native_op *op, const native_interface *interface, const char *network);
/* Deletes it and releases what it holds. */
void interface_remove (native_op *op, const native_interface *interface);

/* An interface that was made for a hold lives as long as the longest of its addresses. confirm makes it
 * stay; prolong says that it has an address until then; end_idle_hold, that an address is gone, and deletes
 * it if that was the last. */
void interface_confirm (native_op *op, gint64 no);
void interface_prolong (native_op *op, gint64 no, gint64 hold_until);
void interface_end_idle_hold (native_op *op, gint64 no);
/* Ends the interface of a request if it has lapsed. */
void interface_lapse_request (native_op *op, gint64 request_no);

#endif
