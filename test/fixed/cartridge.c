/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A cartridge of the WASM-4 console. It imports a page of memory. The first
 * 0x19a0 bytes are the console's: registers and framebuffer. The console calls
 * `update` 60 times a second. This one lets particles live and die, each a
 * block with a trail that gets longer, and draws them.
 */
#include <stdint.h>

#include "tlsf_malloc.h"

#define PALETTE ((volatile uint32_t *)0x04)
#define GAMEPAD ((const volatile uint8_t *)0x16)
#define FRAMEBUFFER ((uint8_t *)0xa0)

enum { WIDTH = 160, MOST = 100, TRAIL = 300 };

struct particle {
    uint32_t seed;
    uint16_t length, room;
    uint16_t *trail; /* places in the framebuffer */
};

static struct particle *particles[MOST];
static uint32_t seed = 1;

/* How often memory was full, and what no frame may find. */
uint32_t full, wrong;

static uint32_t next(uint32_t *state) {
    return *state = *state * 1664525 + 1013904223;
}

static void draw(uint32_t at) {
    FRAMEBUFFER[at / 4] ^= (uint8_t)(3 << at % 4 * 2);
}

static void die(struct particle **p) {
    for (uint32_t i = 0, state = (*p)->seed; i < (*p)->length; i++) {
        if ((*p)->trail[i] != next(&state) % (WIDTH * WIDTH)) wrong++;
        draw((*p)->trail[i]);
    }
    free((*p)->trail);
    free(*p);
    *p = NULL;
}

static void begin(struct particle **p) {
    *p = calloc(1, sizeof **p);
    if (!*p) {
        full++;
        return;
    }
    if ((*p)->seed || (*p)->length || (*p)->room || (*p)->trail) wrong++;
    (*p)->seed = next(&seed);
}

static void move(struct particle **of) {
    struct particle *p = *of;
    if (p->length == p->room) {
        uint16_t room = (uint16_t)(p->room + 1 + p->room / 2);
        uint16_t *trail = realloc(p->trail, room * sizeof *trail);
        if (!trail) {
            full++;
            die(of);
            return;
        }
        p->trail = trail;
        p->room = room;
    }
    uint32_t state = p->seed;
    for (uint32_t i = 0; i < p->length; i++)
        next(&state);
    p->trail[p->length] = (uint16_t)(next(&state) % (WIDTH * WIDTH));
    draw(p->trail[p->length++]);
    if (p->length == TRAIL) die(of);
}

__attribute__((export_name("start"))) void start(void) {
    PALETTE[0] = 0xe0f8cf;
}

__attribute__((export_name("update"))) void update(void) {
    for (int i = 0; i < MOST; i++) {
        if (particles[i])
            move(&particles[i]);
        else if (next(&seed) % 8 == 0 || *GAMEPAD & 1)
            begin(&particles[i]);
    }
}

/* Frees all and returns the number of the pixels that are set: none, since each
   was drawn twice. */
__attribute__((export_name("finish"))) int finish(void) {
    int pixels = 0;
    for (int i = 0; i < MOST; i++)
        if (particles[i]) die(&particles[i]);
    for (int i = 0; i < WIDTH * WIDTH / 4; i++)
        pixels += FRAMEBUFFER[i] != 0;
    return pixels;
}
