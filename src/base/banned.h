/*
 * banned: functions that do not compile here. The build puts this file before every other
 * (-include), so their declarations are taken first and any later use is an error that says
 * its name. (After git's banned.h.)
 *
 *   no bound            strcpy strcat sprintf vsprintf gets        use buf, str, snprintf
 *   silent              strncpy atoi atol atoll atof strtok        use str_to_int, str_cut
 *   shared state        asctime ctime gmtime localtime rand        use base/clock.h, id
 *   a shell             system popen                               there is none here
 *   the stack unbounded alloca                                     use an arena
 */
#ifndef CAIRN_BANNED_H
#define CAIRN_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef sprintf
#undef vsprintf
#undef alloca
#define strcpy(...) cairn_bans_strcpy
#define strcat(...) cairn_bans_strcat
#define strncpy(...) cairn_bans_strncpy
#define sprintf(...) cairn_bans_sprintf
#define vsprintf(...) cairn_bans_vsprintf
#define gets(...) cairn_bans_gets
#define atoi(...) cairn_bans_atoi
#define atol(...) cairn_bans_atol
#define atoll(...) cairn_bans_atoll
#define atof(...) cairn_bans_atof
#define strtok(...) cairn_bans_strtok
#define asctime(...) cairn_bans_asctime
#define ctime(...) cairn_bans_ctime
#define gmtime(...) cairn_bans_gmtime
#define localtime(...) cairn_bans_localtime
#define rand(...) cairn_bans_rand
#define system(...) cairn_bans_system
#define popen(...) cairn_bans_popen
#define alloca(...) cairn_bans_alloca

#endif
