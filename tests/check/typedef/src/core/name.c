typedef int (*compare)(const void *, const void *);
typedef struct point point;
/* typedef struct in words is no typedef */
