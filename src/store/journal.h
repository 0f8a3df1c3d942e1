/* journal: the chain's hash, shared by the writer and by verification. Private to the store. */
#ifndef CAIRN_JOURNAL_H
#define CAIRN_JOURNAL_H

#include "store/driver.h"
#include "store/sql.h"

#define JOURNAL_START "0000000000000000000000000000000000000000000000000000000000000000"

void journal_hash(struct str clinic_id, const struct journal_page_row *entry, struct str before,
                  char out[65]);

#endif
