/* content_rules: the codes and the screening rules among the content files, read into one
 * value. The codes come first, since the rules speak in their classes. */
#ifndef CAIRN_CONTENT_RULES_H
#define CAIRN_CONTENT_RULES_H

#include "app/content.h"
#include "core/screening.h"

/* Faults say where; the answer is never NULL, and holds what could be read. */
const struct screening_rules *content_rules_read(struct arena *a, const struct content_files *files,
                                           struct faults *faults);
/* The condition of an ICD-10-CM code; NULL: the list has none. */
const struct code_class *content_condition(const struct content *c, struct str code);
/* Earlier treatment, the work-up, the codes of conditions. */
void content_workup_read(struct arena *a, const struct content_files *files, struct content *out,
                         struct faults *faults);

#endif
