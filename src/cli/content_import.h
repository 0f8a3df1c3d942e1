/* content import FILE: the words of a scale, from a FHIR Questionnaire into the clinic's own
 * folder of content, bound to our scoring (fhir/questionnaire.h). */
#ifndef CAIRN_CLI_CONTENT_IMPORT_H
#define CAIRN_CLI_CONTENT_IMPORT_H

/* argv[0] is `import`; the exit status. */
int content_import(int argc, char **argv);

#endif
