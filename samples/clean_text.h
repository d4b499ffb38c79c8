/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * clean_text: names that somebody else chose (a task's, a symbol's) made harmless to print.
 *
 * A task's name is any 15 bytes: terminal escapes, half a UTF-8 character, newlines. Files have
 * symbols with such names, too.
 */
#ifndef SAMPLES_CLEAN_TEXT_H
#define SAMPLES_CLEAN_TEXT_H

/* Each control character, and each byte that is not part of valid UTF-8, becomes '?', in place. */
void clean_text(char *text);

#endif
