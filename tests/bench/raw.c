/*
 * The yardstick: what SQLite itself costs for the two statements that an allocation cannot do without.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

struct raw_store {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *update, *commit;
	guint32 next;
};

static void
must (sqlite3 *db, int code)
{
	if (code != SQLITE_OK && code != SQLITE_DONE) {
		fprintf (stderr, "raw SQLite: %s\n", sqlite3_errmsg (db));
		exit (1);
	}
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	must (db, sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
	return statement;
}

raw_store *
raw_open (const char *folder, const char *durability)
{
	raw_store *raw = g_new0 (raw_store, 1);
	g_autofree char *path = g_build_filename (folder, "raw.db", NULL);

	must (raw->db, sqlite3_open (path, &raw->db));
	must (raw->db, sqlite3_exec (raw->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL));
	must (raw->db, sqlite3_exec (raw->db,
	                             g_str_equal (durability, "full") ? "PRAGMA synchronous = FULL"
	                                                              : "PRAGMA synchronous = NORMAL",
	                             NULL, NULL, NULL));
	must (raw->db,
	      sqlite3_exec (raw->db,
	                    "CREATE TABLE block (no INTEGER PRIMARY KEY, next INTEGER NOT NULL);"
	                    "CREATE TABLE address (block_no INTEGER NOT NULL, address BLOB NOT NULL, id BLOB NOT NULL,"
	                    "  PRIMARY KEY (block_no, address)) WITHOUT ROWID;"
	                    "INSERT INTO block VALUES (1, 0)",
	                    NULL, NULL, NULL));
	raw->begin = prepare (raw->db, "BEGIN IMMEDIATE");
	raw->insert = prepare (raw->db, "INSERT INTO address VALUES (1, ?1, ?2)");
	raw->update = prepare (raw->db, "UPDATE block SET next = ?1 WHERE no = 1");
	raw->commit = prepare (raw->db, "COMMIT");
	return raw;
}

static void
run (raw_store *raw, sqlite3_stmt *statement)
{
	must (raw->db, sqlite3_step (statement));
	must (raw->db, sqlite3_reset (statement));
}

void
raw_allocate (raw_store *raw)
{
	guint32 address = GUINT32_TO_BE (0x0a000000 + ++raw->next);
	guint8 id[16];

	for (gsize i = 0; i < sizeof id; i++)
		id[i] = (guint8)(raw->next >> (i % 4 * 8));
	run (raw, raw->begin);
	sqlite3_bind_blob (raw->insert, 1, &address, sizeof address, SQLITE_STATIC);
	sqlite3_bind_blob (raw->insert, 2, id, sizeof id, SQLITE_STATIC);
	run (raw, raw->insert);
	sqlite3_bind_int64 (raw->update, 1, raw->next);
	run (raw, raw->update);
	run (raw, raw->commit);
}

void
raw_close (raw_store *raw)
{
	sqlite3_finalize (raw->begin);
	sqlite3_finalize (raw->insert);
	sqlite3_finalize (raw->update);
	sqlite3_finalize (raw->commit);
	sqlite3_close (raw->db);
	g_free (raw);
}
