/* log: one line a fact on standard error, `time level what key=value`. No patient's name or
 * number ever goes into it. Logged once, where the fault was detected. */
#ifndef CAIRN_LOG_H
#define CAIRN_LOG_H

__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);

#endif
