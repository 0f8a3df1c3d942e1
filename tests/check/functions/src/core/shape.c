/* Four levels and seven parameters are fine; an initialiser is no level. */
int fits(int a, int b, int c, int d, int e, int f, int (*g)(int, int)) {
    struct point { int x, y; } p[2] = {{1, 2}, {3, 4}};
    for (int i = 0; i < a; i++) {
        if (b) {
            while (c) {
                do {
                    c = g(d, (struct point){e, f}.x) + p[0].y;
                } while (c > 3);
            }
        }
    }
    return c;
}

int deep(int a, int b, int c, int d, int e, int f, int g, int h) {
    if (a) {
        for (;;) {
            if (b) {
                switch (c) {
                default: {
                    while (d) {
                        d += e + f + g + h;
                    }
                }
                }
            }
        }
    }
    return d;
}
