/* See fault.h. */
#include "fault.h"

#include <glib.h>
#include <sqlite3.h>
#include <unistd.h>

typedef struct {
	sqlite3_file base;
	sqlite3_file *real;
} fault_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;
static int calls_left;
static int met;
static fault_kind what;

void
fault_at (int n, fault_kind kind)
{
	calls_left = n;
	met = 0;
	what = kind;
}

int
fault_met (void)
{
	return met;
}

/* Whether this changing call is to fail. */
static gboolean
fails (void)
{
	if (met && what == FAULT_ERROR)
		return TRUE;
	if (calls_left == 0 || --calls_left > 0)
		return FALSE;
	met = 1;
	if (what == FAULT_END)
		_exit (FAULT_EXIT);
	return TRUE;
}

static sqlite3_file *
real (sqlite3_file *file)
{
	return ((fault_file *)file)->real;
}

static int
file_close (sqlite3_file *file)
{
	return real (file)->pMethods->xClose (real (file));
}

static int
file_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
	return real (file)->pMethods->xRead (real (file), bytes, size, offset);
}

static int
file_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
	if (fails ())
		return SQLITE_IOERR_WRITE;
	return real (file)->pMethods->xWrite (real (file), bytes, size, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
	if (fails ())
		return SQLITE_IOERR_TRUNCATE;
	return real (file)->pMethods->xTruncate (real (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
	if (fails ())
		return SQLITE_IOERR_FSYNC;
	return SQLITE_OK;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *ret_size)
{
	return real (file)->pMethods->xFileSize (real (file), ret_size);
}

static int
file_lock (sqlite3_file *file, int level)
{
	return real (file)->pMethods->xLock (real (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
	return real (file)->pMethods->xUnlock (real (file), level);
}

static int
file_check_lock (sqlite3_file *file, int *ret_locked)
{
	return real (file)->pMethods->xCheckReservedLock (real (file), ret_locked);
}

static int
file_control (sqlite3_file *file, int operation, void *data)
{
	return real (file)->pMethods->xFileControl (real (file), operation, data);
}

static int
file_sector_size (sqlite3_file *file)
{
	return real (file)->pMethods->xSectorSize (real (file));
}

static int
file_characteristics (sqlite3_file *file)
{
	return real (file)->pMethods->xDeviceCharacteristics (real (file));
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **ret_map)
{
	return real (file)->pMethods->xShmMap (real (file), page, size, extend, ret_map);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int count, int flags)
{
	return real (file)->pMethods->xShmLock (real (file), offset, count, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
	real (file)->pMethods->xShmBarrier (real (file));
}

static int
file_shm_unmap (sqlite3_file *file, int remove)
{
	return real (file)->pMethods->xShmUnmap (real (file), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
	fault_file *self = (fault_file *)file;
	int code;

	self->real = (sqlite3_file *)(self + 1);
	code = real_vfs->xOpen (real_vfs, name, self->real, flags, ret_flags);
	self->base.pMethods = self->real->pMethods != NULL ? &methods : NULL;
	return code;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
	if (fails ())
		return SQLITE_IOERR_DELETE;
	return real_vfs->xDelete (real_vfs, name, 0);
}

void
fault_install (void)
{
	real_vfs = sqlite3_vfs_find (NULL);
	fault_vfs = *real_vfs;
	fault_vfs.zName = "fault";
	fault_vfs.szOsFile = (int)sizeof (fault_file) + real_vfs->szOsFile;
	fault_vfs.xOpen = vfs_open;
	fault_vfs.xDelete = vfs_delete;
	if (sqlite3_vfs_register (&fault_vfs, 1) != SQLITE_OK)
		g_error ("cannot register the VFS");
}
