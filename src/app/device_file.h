/* device_file: which of a monitor's readings become observations of a session, and how; and its
 * own alarms, which become events. */
#ifndef CAIRN_DEVICE_FILE_H
#define CAIRN_DEVICE_FILE_H

#include "app/device.h"

struct device_place {
    struct str dosing_id, patient_id;
    struct str device; /* its name, as people call it */
    int64_t from_ms;  /* readings before are of nobody here */
    enum { DEVICE_PLACE_RUNNING, DEVICE_PLACE_OVER } state;
};

/* Files what is due; E_INVALID, E_BLOCKED with faults where the session refuses it: then what was
 * measured before may have been written, and filing the message again adds only the rest. */
MUST enum err device_file(struct tx *tx, const struct content *content,
                          const struct device_place *place, const struct monitor_message *m,
                          struct faults *faults);

#endif
