/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What SQLite wants of a C library, where there is none: it is included before
   each file, and the headers of these names are empty. */
#ifndef FREESTANDING_H
#define FREESTANDING_H

#include <stddef.h>

#define assert(holds) ((void)0)
#define fabs __builtin_fabs
#define INFINITY __builtin_inff()

typedef long long time_t;

void *malloc(size_t size);
void *realloc(void *p, size_t size);
void free(void *p);

void *memchr(const void *bytes, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
char *strchr(const char *text, int c);
int strcmp(const char *a, const char *b);
size_t strcspn(const char *text, const char *set);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t n);
char *strrchr(const char *text, int c);
size_t strspn(const char *text, const char *set);

#endif
