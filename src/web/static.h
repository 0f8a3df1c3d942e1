/* static: the files that browsers fetch, from inside the program. Pages ask for them with
 * the hash of all of them (`?v=`), and then they never change. */
#ifndef CAIRN_STATIC_H
#define CAIRN_STATIC_H

#include "base/str.h"

void static_open(void);           /* at boot, before the first page */
struct str static_version(void);

#endif
