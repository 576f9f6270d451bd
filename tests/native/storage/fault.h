/* Faults below SQLite: a VFS around the system's own, whose Nth changing call (write, sync, truncate, delete)
 * ends the process, or fails. It does not really sync: only processes come to their end here. */
#ifndef TEST_STORAGE_FAULT_H
#define TEST_STORAGE_FAULT_H

/* Exit code of a process that was ended. */
#define FAULT_EXIT 77

typedef enum {
	/* As kill -9 would: after the calls before it, and none after. */
	FAULT_END,
	/* It alone fails. */
	FAULT_ERROR_ONCE,
	/* It and all that follow fail. */
	FAULT_ERROR
} fault_kind;

/* Puts the VFS before the system's, for the connections opened from now on. Once per process, for its children too. */
void fault_install (void);
/* Counts from here: the Nth call from now on, N from 1; 0: none. */
void fault_at (int n, fault_kind kind);
/* Whether it has come to that. */
int fault_met (void);

#endif
