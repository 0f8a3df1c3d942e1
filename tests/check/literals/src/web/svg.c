static const char *end = "</svg>";
