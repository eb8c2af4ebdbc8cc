/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* No C library: malloc and free are all there is. README.md builds it. */
#include <tlsf_malloc.h>
#include <stdbool.h>
#include <stdint.h>

static void sieve(bool *composite, uint32_t below) {
    for (uint32_t i = 0; i < below; i++)
        composite[i] = i < 2;
    for (uint32_t i = 2; i < 65536 && i * i < below; i++) {
        if (composite[i]) continue;
        for (uint32_t j = i * i; j < below; j += i)
            composite[j] = true;
    }
}

static uint32_t *list(const bool *composite, uint32_t below) {
    uint32_t count = 0, n = 0;
    for (uint32_t i = 0; i < below; i++)
        count += !composite[i];
    uint32_t *primes = malloc((count + 1) * sizeof *primes);
    if (!primes) return NULL;
    for (uint32_t i = 0; i < below; i++) {
        if (!composite[i]) primes[n++] = i;
    }
    primes[n] = 0;
    return primes;
}

/* The primes below 1 million or less, then 0; for the caller to free. */
uint32_t *primes_below(uint32_t below) {
    if (below > 1000000) return NULL;
    bool *composite = malloc(below);
    if (!composite) return NULL;
    sieve(composite, below);
    uint32_t *primes = list(composite, below);
    free(composite);
    return primes;
}
