/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A contract without a C library: who has how many tokens. */
#include <tlsf_malloc.h>
#include <stdint.h>

#define HOST(name)                                                             \
    __attribute__((import_module("env"), import_name(#name))) name

/* What the host gives: the state that the last call left, in bytes. */
uint32_t HOST(state_size)(void);
void HOST(state_read)(void *to);
void HOST(state_write)(const void *from, uint32_t size);

struct account {
    uint64_t id, tokens;
};

static struct account *accounts;
static uint32_t count;

/* A contract that fails undoes its call: the host drops the instance. */
static void require(int condition) {
    if (!condition) __builtin_trap();
}

static void state_load(void) {
    uint32_t size = state_size();
    accounts = malloc(size);
    require(accounts != NULL);
    state_read(accounts);
    count = size / sizeof *accounts;
}

static void state_save(void) {
    state_write(accounts, count * sizeof *accounts);
    free(accounts);
}

/* The account of an id; a new one if there is none. */
static struct account *account_of(uint64_t id) {
    for (uint32_t i = 0; i < count; i++) {
        if (accounts[i].id == id) return &accounts[i];
    }
    accounts = realloc(accounts, (count + 1) * sizeof *accounts);
    require(accounts != NULL);
    struct account *new = &accounts[count++];
    new->id = id;
    new->tokens = 0;
    return new;
}

void mint(uint64_t to, uint64_t tokens) {
    state_load();
    struct account *account = account_of(to);
    require(account->tokens + tokens >= tokens);
    account->tokens += tokens;
    state_save();
}

void transfer(uint64_t from, uint64_t to, uint64_t tokens) {
    state_load();
    struct account *giver = account_of(from);
    require(giver->tokens >= tokens);
    giver->tokens -= tokens;
    struct account *taker = account_of(to); /* which may move all accounts */
    taker->tokens += tokens;
    state_save();
}
