/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* glibc's names for what tlsf_heap_stats says. */
#include "../include/tlsf_heap.h"
#include "../include/tlsf_mallinfo.h"

struct mallinfo2 mallinfo2(void) {
    struct tlsf_heap_stats stats;
    tlsf_heap_stats(&stats);
    return (struct mallinfo2){
        .arena = stats.heap_bytes,
        .ordblks = stats.free_blocks,
        .usmblks = stats.heap_bytes,
        .uordblks = stats.heap_bytes - stats.free_bytes,
        .fordblks = stats.free_bytes,
    };
}

struct mallinfo mallinfo(void) {
    struct mallinfo2 info = mallinfo2();
    return (struct mallinfo){
        .arena = (int)info.arena,
        .ordblks = (int)info.ordblks,
        .usmblks = (int)info.usmblks,
        .uordblks = (int)info.uordblks,
        .fordblks = (int)info.fordblks,
    };
}
