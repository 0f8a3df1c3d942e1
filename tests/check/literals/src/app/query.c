/* "SELECT 1" and "<div>" in a comment are words. */
static const char *q = "SELECT id FROM patient", *words = "SELECTED once",
                  *page = "<div class=x>", *end = "closed</p>", *quote = "\"SELECT ", c = '"';
