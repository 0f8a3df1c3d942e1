/* pk_peer: the right-hand side of bench/pk.R, compiled as deSolve wants it. */
static double p[12];

enum { KA, KG, F, CL, V1, V2, V3, Q2, Q3, VN, CLN, KE0 };

void begin(void (*parameters)(int *, double *));
void right_side(const int *n, const double *t, const double *y, double *d, double *out,
                const int *ip);

void begin(void (*parameters)(int *, double *)) {
    int n = 12;
    parameters(&n, p);
}

void right_side(const int *n, const double *t, const double *y, double *d, double *out,
                const int *ip) {
    const double e = 0.76, fgut = 0.9, fm = 0.8 * 0.941, qn = 42.8, vnp = 160;
    double ca = y[2] / p[V1], c1 = y[3] / p[V2], c2 = y[4] / p[V3];
    double cn = y[5] / p[VN], cp = y[6] / vnp, gut = fgut * p[KG] * y[1];
    (void)n, (void)t, (void)out, (void)ip;
    d[0] = -p[KA] * y[0];
    d[1] = -p[KG] * y[1];
    d[2] = p[KA] * y[0] + (1 - e) * gut - p[CL] * ca - p[Q2] * (ca - c1) - p[Q3] * (ca - c2);
    d[3] = p[Q2] * (ca - c1);
    d[4] = p[Q3] * (ca - c2);
    d[5] = fm * (p[CL] * ca + e * gut) - p[CLN] * cn - qn * (cn - cp);
    d[6] = qn * (cn - cp);
    d[7] = p[KE0] * (ca - y[7]);
}
