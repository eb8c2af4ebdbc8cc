/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Cases that register themselves: CASE(name) { ... } is a function that
 * cases_run calls, in the order in which the file has them.
 */
#ifndef TLSF_CASES_H
#define TLSF_CASES_H

#include "require.h"

enum { CASES = 128 };

static struct {
    const char *name;
    void (*run)(void);
} cases[CASES];
static size_t case_count;

static void case_add(const char *name, void (*run)(void)) {
    REQUIRE(case_count < CASES);
    cases[case_count].name = name;
    cases[case_count++].run = run;
}

#define CASE(name) CASE_IF(true, name)

/* A case of what only some builds have. */
#define CASE_IF(condition, name)                                               \
    static void name(void);                                                    \
    __attribute__((constructor)) static void name##_registers(void) {          \
        if (condition) case_add(#name, name);                                  \
    }                                                                          \
    static void name(void)

/* Runs each, and prints its name when it is done; then how many there were. */
static void cases_run(void) {
    REQUIRE(case_count);
    for (size_t i = 0; i < case_count; i++) {
        cases[i].run();
        puts(cases[i].name);
    }
    printf("%zu cases\n", case_count);
}

#endif
