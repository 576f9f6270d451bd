/*
 * ip_driver/transaction.h: several calls as one. For loading whole plans, or a change that spans
 * objects; a single call is atomic by itself and needs none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_TRANSACTION_H
#define IP_DRIVER_TRANSACTION_H

#include <ip_driver/driver.h>

IP_DRIVER_BEGIN_DECLS

/*
 * Begins a transaction. ret_transaction is a handle like any other, to be given to the calls that
 * belong together; what they change is seen by nobody else until the commit. A call that fails in
 * it changes nothing by itself and leaves the transaction open. It ends with exactly one of
 * ip_driver_transaction_commit() and ip_driver_transaction_rollback(), before the handle it was
 * begun on is closed; it is not closed with ip_driver_close(), and begins no transactions itself.
 *
 * Meanwhile every other writer of the backend waits: keep it short, and call nothing else on the
 * original handle from the same thread that writes. Since 1.0.
 *
 * IP_DRIVER_UNAVAILABLE: others have been writing for too long.
 */
IP_DRIVER_API ip_driver_status ip_driver_transaction_begin (ip_driver *driver, ip_driver **ret_transaction,
                                                            ip_driver_error *error);

/* Commits, and ends the handle whatever the result. On any error nothing of the transaction
 * remains. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_transaction_commit (ip_driver *transaction, ip_driver_error *error);

/* Undoes everything and ends the handle. NULL is ignored. Since 1.0. */
IP_DRIVER_API void ip_driver_transaction_rollback (ip_driver *transaction);

IP_DRIVER_END_DECLS

#endif
