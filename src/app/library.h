/*
 * library: the clinical content that travels in the program, read once at boot into an arena
 * that lives as long as the process, and never changed afterwards. A bad file stops the boot:
 * the faults say `file:line: why`.
 */
#ifndef CAIRN_LIBRARY_H
#define CAIRN_LIBRARY_H

#include "core/instrument.h"

/* Every content/instruments file, those of the separable pack included. */
MUST enum err library_instruments(struct arena *a, struct instruments *out, struct faults *faults);

#endif
