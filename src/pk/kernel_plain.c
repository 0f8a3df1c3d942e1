/* kernel_plain: two patients at once in generic vectors; any processor. See kernel.inc. */
#include "pk/engine.h"

#define LANES 2
#define TARGET
#define KERNEL pk_kernel_plain
#define v_sqrt(x) ((vd){__builtin_sqrt((x)[0]), __builtin_sqrt((x)[1])})

#include "pk/kernel.inc"
