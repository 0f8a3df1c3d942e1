/* instrument_test: the tests that an instrument's own file carries, run on its own scoring.
 * A fault for each that does not give what it says. Pure. */
#ifndef CAIRN_INSTRUMENT_TEST_H
#define CAIRN_INSTRUMENT_TEST_H

#include "core/instrument.h"

void instrument_test(struct arena scratch, const struct instrument *in, struct faults *faults);

#endif
