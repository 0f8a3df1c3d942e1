#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

static enum err read_all(struct arena *a, int fd, ptrdiff_t max, struct str *out) {
    struct buf b = buf_new(a, 64 << 10);
    for (;;) {
        buf_reserve(&b, 32 << 10);
        ssize_t n = read(fd, b.p + b.n, 32 << 10);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return E_WORLD;
        if (n == 0) break;
        b.n += n;
        if (b.n > max) return E_TOO_LARGE;
    }
    *out = buf_str(&b);
    return E_OK;
}

enum err file_read(struct arena *a, const char *path, ptrdiff_t max, struct str *out) {
    bool standard_input = path[0] == '-' && path[1] == 0;
    int fd = standard_input ? 0 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? E_UNKNOWN : E_WORLD;
    enum err e = read_all(a, fd, max, out);
    if (!standard_input) close(fd);
    return e;
}

static bool write_all(int fd, struct str content) {
    while (content.n > 0) {
        ssize_t n = write(fd, content.s, (size_t)content.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        content = str_slice(content, n, content.n);
    }
    return fsync(fd) == 0;
}

enum err file_replace(const char *path, struct str content) {
    char beside[4096];
    int n = snprintf(beside, sizeof beside, "%s.%d.new", path, (int)getpid());
    if (n >= (int)sizeof beside) return E_TOO_LARGE;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return E_WORLD;
    bool ok = write_all(fd, content);
    ok = close(fd) == 0 && ok;
    if (ok && rename(beside, path) == 0) return E_OK;
    unlink(beside);
    return E_WORLD;
}
