/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The lock: one thread at a time is in the heap. It knows nothing of the heap.
 * All zero is a lock that nobody holds. The port's wait.h knows how a thread
 * sleeps, and whether it may.
 *
 *   door      HELD     somebody is inside
 *             KNOCKED  the first of the line is at the door
 *   tickets   how many were drawn
 *   turn      [ 8 ][ 1 ][ 2 ] ... [ 7 ]  ticket n is the first of the line when
 *                                        turn[n % TURNS] becomes n
 *
 * Where nobody is inside or at the door, a thread enters by one step. Else it
 * draws a ticket and waits for its turn; then it knocks, waits until the door
 * is free, enters, and the next ticket has its turn.
 *
 * No thread starves. Tickets have their turns in order. Between a turn and the
 * knock others may enter; after the knock nobody does but who knocked. So a
 * thread behind k others waits until k threads have woken up and knocked, and
 * until at most k + 1 others have left. No wake-up is lost: who sleeps does so
 * only while the word is as it was seen, and each change of it that somebody
 * may wait for wakes all who sleep there.
 */
#ifndef TLSF_LOCK_H
#define TLSF_LOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HELD = 1,
    KNOCKED = 2,
    TURNS = 8,   /* threads that wait in line each wake alone, up to so many */
    SPINS = 100, /* looks at a word before a thread sleeps */
};

struct lock {
    uint32_t door;
    uint32_t tickets;
    uint32_t turn[TURNS];
};

/* Where it is. The build's family.h says so. */
static struct lock *lock_state(void);

/* wait.h of the port: may this thread sleep? It sleeps while *at is `seen`, or
   not at all. All who sleep at a word wake up. */
static bool wait_is_allowed(void);
static void wait_while(uint32_t *at, uint32_t seen);
static void wait_end(uint32_t *at);

/* Enters if nobody is inside or at the door. Never waits. */
static bool lock_try(void) {
    uint32_t none = 0;
    return __atomic_compare_exchange_n(&lock_state()->door, &none, HELD, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Waits until a word has a value. */
static void lock_await(uint32_t *at, uint32_t value) {
    for (uint32_t looks = 0;; looks++) {
        uint32_t seen = __atomic_load_n(at, __ATOMIC_SEQ_CST);
        if (seen == value) return;
        if (looks >= SPINS && wait_is_allowed()) wait_while(at, seen);
    }
}

/* Gives a ticket its turn. */
static void lock_call(struct lock *l, uint32_t ticket) {
    uint32_t *turn = &l->turn[ticket % TURNS];
    __atomic_store_n(turn, ticket, __ATOMIC_SEQ_CST);
    wait_end(turn);
}

/* Enters after all who came before. */
static void lock_line_up(void) {
    struct lock *l = lock_state();
    uint32_t mine = __atomic_fetch_add(&l->tickets, 1, __ATOMIC_SEQ_CST);
    lock_await(&l->turn[mine % TURNS], mine);
    __atomic_fetch_add(&l->door, KNOCKED, __ATOMIC_SEQ_CST);
    lock_await(&l->door, KNOCKED);
    __atomic_store_n(&l->door, HELD, __ATOMIC_SEQ_CST);
    lock_call(l, mine + 1);
}

static void lock_enter(void) {
    if (!lock_try()) lock_line_up();
}

static void lock_leave(void) {
    uint32_t *door = &lock_state()->door;
    uint32_t was = __atomic_fetch_sub(door, HELD, __ATOMIC_SEQ_CST);
    if (was != HELD) wait_end(door);
}

#endif
