/* slow_fsync: what a test that links it can ask of it. */
#ifndef CAIRN_SLOW_FSYNC_H
#define CAIRN_SLOW_FSYNC_H

void slow_fsync_set(long ms, long failures); /* how slow; how many of the next fail */
long slow_fsync_started(void);
long slow_fsync_finished(void);

#endif
