/*
 * slow_fsync: the disk of a bad day. fsync and fdatasync wait SLOW_FSYNC_MS before they do
 * their work, are counted, and can be made to fail.
 *
 *     SLOW_FSYNC_MS=4 LD_PRELOAD=slow_fsync.so PROGRAM
 *
 * or linked into a test, which then calls the functions below.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "slow_fsync.h"

static atomic_long started, finished, to_fail, delay_ms = -1;

static long delay(void) {
    long ms = delay_ms;
    if (ms >= 0) return ms;
    const char *text = getenv("SLOW_FSYNC_MS");
    ms = text ? strtol(text, NULL, 10) : 0;
    delay_ms = ms;
    return ms;
}

static int slowly(const char *name, int fd) {
    static int (*real[2])(int);
    int which = name[1] == 'd' && name[0] == 'f';
    if (!real[which]) *(void **)&real[which] = dlsym(RTLD_NEXT, name);
    long ms = delay();
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
    started++;
    if (ms) nanosleep(&wait, NULL);
    int failed = to_fail > 0 && to_fail-- > 0;
    int result = failed ? -1 : real[which](fd);
    if (failed) errno = EIO;
    finished++;
    return result;
}

int fsync(int fd) { return slowly("fsync", fd); }
int fdatasync(int fd) { return slowly("fdatasync", fd); }

void slow_fsync_set(long ms, long failures) {
    delay_ms = ms;
    to_fail = failures;
}

long slow_fsync_started(void) { return started; }
long slow_fsync_finished(void) { return finished; }
