/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every request and the block that it takes, and the order of the sweeps. Part
   of the programs beside it, which define sweep_sizes and check_all_patterns.
 */

static unsigned bits = 32;

static void sweep_sizes(void);
static void check_all_patterns(size_t wide);

/* The requests from r on. */
static bool are_requests_wrong(size_t r, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = block_size_for(r + i),
               spare = size - BLOCK_COST - (r + i);
        wrong |= (size % TLSF_ALIGN) | (size < BLOCK_MIN);
        wrong |= (spare >= TLSF_ALIGN) & (size > BLOCK_MIN);
        wrong |= spare >= BLOCK_MIN;
    }
    return wrong;
}

/* All of them, or from 2^BITS on some. */
static void sweep_requests(void) {
    enum { AT_ONCE = 1 << 16 };
    size_t r = 0, skip = 0;
    for (; REQUEST_MAX - r > AT_ONCE + skip; r += AT_ONCE + skip) {
        REQUIRE(!are_requests_wrong(r, AT_ONCE));
        skip = (uint64_t)r >> bits ? r / 2 : 0;
        step += AT_ONCE;
    }
    REQUIRE(!are_requests_wrong(REQUEST_MAX - AT_ONCE, AT_ONCE));
    if (!skip) REQUIRE(!are_requests_wrong(r, REQUEST_MAX - r + 1));
}

int main(int argc, char **argv) {
    size_t wide = argc > 1 ? strtoul(argv[1], NULL, 10) : 6;
    if (argc > 2) bits = (unsigned)strtoul(argv[2], NULL, 10);
    sweep_requests();
    printf("%llu requests, ", step);
    step = 0;
    sweep_sizes();
    printf("%llu sizes, ", step);
    step = 0;
    check_all_patterns(wide);
    printf("%llu searches\n", step);
}
