/* Real short writes, as a disk makes them: put before libc by LD_PRELOAD.
 *
 * FONDS_SHORT_WRITES=1 in the environment: of every write to a file only half is written, and the half is what the
 * caller is told. tear("write", N) from inside the process: of the Nth write from now half is written, and the next
 * one to the same file finds the disk full. torn() says whether that has happened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *names[] = {"write", "pwrite64"};
static long left[] = {0, 0};
static int full = -1;
static int done;
static int always;

__attribute__((constructor)) static void begin(void) { always = getenv("FONDS_SHORT_WRITES") != NULL; }

void tear(const char *name, long number)
{
    for (int which = 0; which < 2; which++)
        if (strcmp(names[which], name) == 0)
            left[which] = number;
}

int torn(void) { return done; }

/* Returns how many bytes are to be written, -1 when the disk is full. */
static long share(int which, int handle, size_t asked)
{
    struct stat facts;
    if (handle == full) {
        full = -1;
        return -1;
    }
    if (left[which] > 0 && --left[which] == 0) {
        done = 1;
        full = handle;
        return asked > 1 ? asked / 2 : asked;
    }
    if (always && asked > 1 && fstat(handle, &facts) == 0 && S_ISREG(facts.st_mode))
        return asked / 2;
    return asked;
}

ssize_t write(int handle, const void *bytes, size_t asked)
{
    long part = share(0, handle, asked);
    if (part < 0) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, handle, bytes, (size_t)part);
}

ssize_t pwrite64(int handle, const void *bytes, size_t asked, off64_t place)
{
    long part = share(1, handle, asked);
    if (part < 0) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, handle, bytes, (size_t)part, place);
}

ssize_t pwrite(int handle, const void *bytes, size_t asked, off_t place) { return pwrite64(handle, bytes, asked, place); }
