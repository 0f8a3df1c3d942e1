static const char *q = "SELECT 1";
