/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A snake for the WASM-4 console: each piece of it is a block. A step makes a
 * piece at the head and frees one at the tail. The names and addresses are
 * those of the console's documentation.
 */
#include <tlsf_malloc.h>
#include <stdint.h>

#define PALETTE ((volatile uint32_t *)0x04)
#define GAMEPAD1 ((const volatile uint8_t *)0x16)
#define FRAMEBUFFER ((uint8_t(*)[40])0xa0) /* 160 lines, 4 pixels in a byte */

enum { LEFT = 16, RIGHT = 32, UP = 64, DOWN = 128 };
enum { SIZE = 20, FRAMES_PER_STEP = 6 };
enum { GROUND, FRUIT, BODY, HEAD }; /* colours */

struct piece {
    struct piece *next; /* towards the head */
    uint8_t x, y;
};

static struct piece *head, *tail, fruit;
static int right = 1, down;
static uint32_t frames, seed = 1;

/* Paints a square of 8 by 8 pixels. */
static void paint(const struct piece *p, uint8_t colour) {
    for (int line = 0; line < 8; line++)
        for (int i = 0; i < 2; i++)
            FRAMEBUFFER[p->y * 8 + line][p->x * 2 + i] =
                (uint8_t)(colour * 0x55);
}

static uint8_t anywhere(void) {
    seed = seed * 1664525 + 1013904223;
    return (uint8_t)((seed >> 16) % SIZE);
}

/* Makes a piece at the head. Returns 0 if memory is full. */
static int grow(uint8_t x, uint8_t y) {
    struct piece *p = malloc(sizeof *p);
    if (!p) return 0;
    *p = (struct piece){NULL, x, y};
    if (head)
        head->next = p;
    else
        tail = p;
    head = p;
    return 1;
}

static void shrink(void) {
    struct piece *p = tail;
    tail = p->next;
    if (!tail) head = NULL;
    free(p);
}

static int is_snake(uint8_t x, uint8_t y) {
    for (const struct piece *p = tail; p; p = p->next)
        if (p->x == x && p->y == y) return 1;
    return 0;
}

static void begin(void) {
    while (tail)
        shrink();
    grow(SIZE / 2, SIZE / 2);
}

static void steer(uint8_t pad) {
    if (pad & (LEFT | RIGHT) && !right)
        right = pad & LEFT ? -1 : 1, down = 0;
    else if (pad & (UP | DOWN) && !down)
        down = pad & UP ? -1 : 1, right = 0;
}

static void step(void) {
    uint8_t x = (uint8_t)((head->x + SIZE + right) % SIZE);
    uint8_t y = (uint8_t)((head->y + SIZE + down) % SIZE);
    if (is_snake(x, y)) {
        begin();
        return;
    }
    if (!grow(x, y)) return; /* it rests: it is as long as it can be */
    if (x != fruit.x || y != fruit.y)
        shrink();
    else
        fruit.x = anywhere(), fruit.y = anywhere();
}

__attribute__((export_name("start"))) void start(void) {
    static const uint32_t colours[] = {0xe0f8cf, 0xe04040, 0x86c06c, 0x306850};
    for (int i = 0; i < 4; i++)
        PALETTE[i] = colours[i];
    fruit.x = anywhere(), fruit.y = anywhere();
    begin();
}

/* The console calls it 60 times a second, and clears the screen before. */
__attribute__((export_name("update"))) void update(void) {
    steer(*GAMEPAD1);
    if (++frames % FRAMES_PER_STEP == 0) step();
    paint(&fruit, FRUIT);
    for (const struct piece *p = tail; p; p = p->next)
        paint(p, p == head ? HEAD : BODY);
}
