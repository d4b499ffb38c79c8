#include "samples/flame_graph.h"
bool flame_graph_write(FILE *out, const struct folded *folded, const struct flame_graph_text *text, enum flame_graph_format format){(void)out;(void)folded;(void)text;(void)format;return true;}
