// SPDX-License-Identifier: MIT OR Apache-2.0
//! tlsf-wasm as an allocator of Zig, over libtlsf.a or another archive.
const std = @import("std");
const Allocator = std.mem.Allocator;
const Alignment = std.mem.Alignment;

extern fn malloc(size: usize) ?[*]u8;
extern fn aligned_alloc(alignment: usize, size: usize) ?[*]u8;
extern fn realloc(pointer: ?*anyopaque, size: usize) ?[*]u8;
extern fn malloc_usable_size(pointer: ?*anyopaque) usize;
extern fn free(pointer: ?*anyopaque) void;

/// What malloc aligns to, in bytes.
const plain = 16;

pub const allocator: Allocator = .{ .ptr = undefined, .vtable = &vtable };

const vtable: Allocator.VTable = .{
    .alloc = allocate,
    .resize = resize,
    .remap = remap,
    .free = release,
};

fn allocate(_: *anyopaque, size: usize, alignment: Alignment, _: usize) ?[*]u8 {
    const bytes = alignment.toByteUnits();
    return if (bytes <= plain) malloc(size) else aligned_alloc(bytes, size);
}

/// In place: within what the block holds anyway.
fn resize(_: *anyopaque, memory: []u8, _: Alignment, size: usize, _: usize) bool {
    return size <= malloc_usable_size(memory.ptr);
}

/// It may move; null: the caller allocates and copies. realloc keeps plain alignments only.
fn remap(_: *anyopaque, memory: []u8, alignment: Alignment, size: usize, _: usize) ?[*]u8 {
    return if (alignment.toByteUnits() <= plain) realloc(memory.ptr, size) else null;
}

fn release(_: *anyopaque, memory: []u8, _: Alignment, _: usize) void {
    free(memory.ptr);
}
