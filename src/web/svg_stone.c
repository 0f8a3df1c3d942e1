/*
 * svg_stone: the stones of the path and the cairn of a patient.
 *
 * A stone is eight points around an ellipse, each drawn in or out a little by the shape's
 * number, joined by a closed curve (Catmull-Rom, written as cubic Béziers). Its underside is
 * flatter than its top: it lies.
 */
#include "web/svg.h"

#include <math.h>

enum { CORNERS = 8 };

struct outline {
    double cx, cy, rx, ry;
    unsigned shape;
};

struct spot {
    double x, y;
};

static const double PI = 3.14159265358979323846;

/* -1 to 1, the same for the same numbers. */
static double noise(unsigned shape, unsigned corner) {
    unsigned x = shape * 2654435761u + corner * 2246822519u + 374761393u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)(x & 1023) / 511.5 - 1;
}

static struct spot corner_of(const struct outline *s, int i) {
    unsigned corner = (unsigned)(i + CORNERS) % CORNERS;
    double angle = 2 * PI * ((double)corner + 0.16 * noise(s->shape, corner + 50)) / CORNERS;
    double reach = 1 + 0.06 * noise(s->shape, corner);
    double y = sin(angle);
    if (y > 0) y *= 0.86;
    return (struct spot){s->cx + s->rx * reach * cos(angle), s->cy + s->ry * reach * y};
}

static void put_spot(struct buf *b, double x, double y) {
    buf_real(b, x, 1);
    buf_char(b, ' ');
    buf_real(b, y, 1);
}

static void put_outline(struct buf *b, const struct outline *s) {
    struct spot first = corner_of(s, 0);
    buf_char(b, 'M');
    put_spot(b, first.x, first.y);
    for (int i = 0; i < CORNERS; i++) {
        struct spot before = corner_of(s, i - 1), from = corner_of(s, i), to = corner_of(s, i + 1),
                    after = corner_of(s, i + 2);
        buf_char(b, 'C');
        put_spot(b, from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6);
        buf_char(b, ' ');
        put_spot(b, to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6);
        buf_char(b, ' ');
        put_spot(b, to.x, to.y);
    }
    buf_char(b, 'Z');
}

static void put_path(struct buf *b, const char *class, const struct outline *s) {
    buf_format(b, "<path class=\"%s\" d=\"", class);
    put_outline(b, s);
    buf_z(b, "\"/>");
}

/* A crack goes down through the stone in a zigzag; the gap shows the ground. */
static void put_crack(struct buf *b, const struct outline *s) {
    static const double bend[] = {0.10, -0.16, 0.12, -0.10, 0.06};
    for (int pass = 0; pass < 3; pass++) {
        double aside = pass == 0 ? 0 : pass == 1 ? -2 : 2;
        buf_z(b, pass == 0 ? "<path class=\"s-gap\" d=\"M" : "<path class=\"s-crack\" d=\"M");
        for (int i = 0; i < 5; i++) {
            if (i) buf_char(b, 'L');
            put_spot(b, s->cx + s->rx * bend[i] + aside, s->cy + s->ry * (-1.04 + 0.48 * i));
        }
        buf_z(b, "\"/>");
    }
}

/* Light falls from the upper left. */
static void put_light(struct buf *b, const struct outline *s) {
    buf_z(b, "<path class=\"s-light\" d=\"M");
    put_spot(b, s->cx - s->rx * 0.62, s->cy - s->ry * 0.22);
    buf_char(b, 'Q');
    put_spot(b, s->cx - s->rx * 0.45, s->cy - s->ry * 0.62);
    buf_char(b, ' ');
    put_spot(b, s->cx + s->rx * 0.02, s->cy - s->ry * 0.66);
    buf_z(b, "\"/>");
}

struct svg svg_stone(struct arena *a, enum stone_size size, enum stone_state state,
                     unsigned shape) {
    static const struct {
        const char *name;
        double rx, ry;
    } sizes[] = {{"small", 10.5, 7}, {"middle", 17, 11}, {"large", 29, 18}};
    static const char *const states[STONE_STATES] = {"done", "today",  "ahead",
                                                     "late", "missed", "cancelled"};
    const double rx = sizes[size].rx, ry = sizes[size].ry;
    int width = (int)(2 * rx + 18), height = (int)(2 * ry + 18);
    struct outline stone = {width / 2.0, height / 2.0, rx, ry, shape};
    struct buf b = buf_new(a, 1024);
    buf_format(&b,
               "<svg class=\"s-stone s-%s s-%s\" width=\"%d\" height=\"%d\" "
               "viewBox=\"0 0 %d %d\" aria-hidden=\"true\" focusable=\"false\">",
               sizes[size].name, states[state], width, height, width, height);
    if (state == STONE_TODAY) {
        struct outline ring = stone;
        ring.rx += 6, ring.ry += 6;
        put_path(&b, "s-clear", &ring);
        put_path(&b, "s-ring", &ring);
    }
    put_path(&b, "s-body", &stone);
    if (state == STONE_DONE && size != STONE_SMALL) put_light(&b, &stone);
    if (state == STONE_MISSED) put_crack(&b, &stone);
    buf_z(&b, "</svg>");
    return (struct svg){buf_str(&b)};
}

struct svg svg_cairn(struct arena *a, int given, int planned) {
    int n = planned < 3 ? 3 : planned > 8 ? 8 : planned;
    int laid = planned > 0 ? given * n / planned : 0;
    struct buf b = buf_new(a, 3072);
    buf_format(&b,
               "<svg class=\"s-cairn\" width=\"60\" height=\"68\" viewBox=\"0 0 60 68\" "
               "role=\"img\"><title>%d of %d doses given</title>",
               given, planned);
    double each = 62.0 / n, top = 66;
    for (int i = 0; i < n; i++) {
        double share = n > 1 ? (double)i / (n - 1) : 0;
        struct outline s = {30 + 1.6 * noise(7, (unsigned)i), top - each / 2, 27 - 17 * share,
                          each * 0.52, 11 + (unsigned)i};
        put_path(&b, i < laid ? "s-laid" : "s-unlaid", &s);
        top -= each;
    }
    buf_z(&b, "</svg>");
    return (struct svg){buf_str(&b)};
}
