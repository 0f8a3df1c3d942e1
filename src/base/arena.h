/*
 * arena: memory by lifetime.
 *
 * There are four lifetimes in Cairn: the boot, a connection, a request, a scratch.
 * Each is one contiguous region; an allocation moves a pointer, and the end of the
 * lifetime moves it back. Nothing is freed one by one.
 *
 *     beg ->|used ........|at -> free ...........|<- end
 *
 * A function that takes `struct arena *` may leave its result there. A function that
 * takes `struct arena` by value uses the free part as scratch, gone when it returns.
 * Memory comes zeroed. A full arena leaves by `out`, the one long jump of the program,
 * set where a lifetime begins (the life of a request, a command); without `out` it ends
 * the process.
 */
#ifndef CAIRN_ARENA_H
#define CAIRN_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena {
    char *at;     /* next free byte */
    char *end;    /* one past the last */
    char *beg;    /* the first; at == beg when empty */
    jmp_buf *out; /* where a full arena leaves to; NULL: the process ends */
};

/* Reserve `size` bytes of address space; pages are taken as they are touched. */
void arena_open(struct arena *a, ptrdiff_t size);
void arena_close(struct arena *a);
/* Forget everything; pages beyond the first 256 KiB go back to the system. */
void arena_reset(struct arena *a);
/* The same, keeping the pages of the first `keep` bytes only; a multiple of 4 KiB. */
void arena_trim(struct arena *a, ptrdiff_t keep);
/* An arena over memory that the caller owns. */
struct arena arena_over(void *memory, ptrdiff_t size);

void *arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count);
/* Grow the block at `p` from `old` to `size` bytes: in place when it is the last one. */
void *arena_grow(struct arena *a, void *p, ptrdiff_t old, ptrdiff_t size);

#define NEW(a, type) ((type *)arena_alloc((a), (ptrdiff_t)sizeof(type), _Alignof(type), 1))
#define NEWS(a, type, n) ((type *)arena_alloc((a), (ptrdiff_t)sizeof(type), _Alignof(type), (n)))

/* How many a C array holds. */
#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

#endif
