// SPDX-License-Identifier: MIT OR Apache-2.0
//! What Zig's library asks of any allocator, and what is left in the heap.
const std = @import("std");
const tlsf = @import("tlsf.zig");

export fn check() bool {
    std.heap.testAllocator(tlsf.allocator) catch return false;
    std.heap.testAllocatorAligned(tlsf.allocator) catch return false;
    std.heap.testAllocatorLargeAlignment(tlsf.allocator) catch return false;
    std.heap.testAllocatorAlignedShrink(tlsf.allocator) catch return false;
    return true;
}
