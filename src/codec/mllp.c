#include "codec/mllp.h"

#include <string.h>

enum { VT = 0x0B, FS = 0x1C };

struct mllp mllp_over(char *room, ptrdiff_t cap) { return (struct mllp){.p = room, .cap = cap}; }

char *mllp_room(struct mllp *m, ptrdiff_t *fits) {
    ptrdiff_t left = m->n - m->from;
    if (m->from && left) memmove(m->p, m->p + m->from, (size_t)left);
    m->seen -= m->from;
    m->from = 0;
    m->n = left;
    *fits = m->cap - m->n;
    return m->p + m->n;
}

void mllp_came(struct mllp *m, ptrdiff_t n) { m->n += n; }

/* Passes over what stands before a block. false: no block has begun. */
static bool enter(struct mllp *m) {
    while (!m->inside && m->from < m->n) {
        char c = m->p[m->from++];
        if (c == VT) m->inside = true;
        else m->garbage += c != '\r' && c != '\n';
    }
    if (m->seen < m->from) m->seen = m->from;
    return m->inside;
}

enum mllp_event mllp_next(struct mllp *m, struct str *block) {
    *block = STR_ABSENT;
    if (!enter(m)) return MLLP_MORE;
    while (m->seen < m->n && m->p[m->seen] != FS && m->p[m->seen] != VT) m->seen++;
    *block = (struct str){m->p + m->from, m->seen - m->from};
    if (block->n > m->cap - 2) return MLLP_TOO_LARGE; /* the frame has two bytes of its own */
    if (m->seen == m->n) return MLLP_MORE;
    m->inside = m->p[m->seen] == VT;
    m->from = ++m->seen;
    return m->inside ? MLLP_UNENDED : MLLP_BLOCK;
}

bool mllp_half(const struct mllp *m) { return m->inside; }

void mllp_put(struct buf *out, struct str message) {
    buf_char(out, VT);
    buf_put(out, message);
    buf_char(out, FS);
    buf_char(out, '\r');
}
