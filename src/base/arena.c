#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What stays resident over a reset: a page of HTML and its rows fit in it. */
enum { KEEP_BYTES = 256 << 10 };

void arena_open(struct arena *a, ptrdiff_t size) {
    void *p = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        fprintf(stderr, "cairn: memory: cannot reserve %td bytes\n", size);
        abort();
    }
    *a = (struct arena){.at = p, .beg = p, .end = (char *)p + size};
}

void arena_close(struct arena *a) {
    if (a->beg) munmap(a->beg, (size_t)(a->end - a->beg));
    *a = (struct arena){0};
}

void arena_reset(struct arena *a) { arena_trim(a, KEEP_BYTES); }

void arena_trim(struct arena *a, ptrdiff_t keep) {
    if (a->at - a->beg > keep)
        madvise(a->beg + keep, (size_t)(a->end - a->beg - keep), MADV_DONTNEED);
    a->at = a->beg;
}

struct arena arena_over(void *memory, ptrdiff_t size) {
    return (struct arena){.at = memory, .beg = memory, .end = (char *)memory + size};
}

static _Noreturn void full(struct arena *a) {
    if (a->out) longjmp(*a->out, 1);
    fprintf(stderr, "cairn: memory: an arena of %td bytes is full\n", a->end - a->beg);
    abort();
}

void *arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count) {
    ptrdiff_t pad = (ptrdiff_t)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    ptrdiff_t room = a->end - a->at - pad;
    if (count < 0 || room < 0 || (size > 0 && count > room / size)) full(a);
    char *p = a->at + pad;
    a->at = p + size * count;
    if (size > 0 && count > 0) memset(p, 0, (size_t)(size * count));
    return p;
}

void *arena_grow(struct arena *a, void *p, ptrdiff_t old, ptrdiff_t size) {
    if (p && (char *)p + old == a->at) {
        if (size - old > a->end - a->at) full(a);
        a->at += size - old;
        return p;
    }
    void *q = arena_alloc(a, size, 16, 1);
    if (old > 0) memcpy(q, p, (size_t)old);
    return q;
}
