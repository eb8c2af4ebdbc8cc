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

/// In place. realloc of fewer bytes never moves and gives the rest back; of more, within the block.
fn resize(_: *anyopaque, memory: []u8, _: Alignment, size: usize, _: usize) bool {
    if (size > malloc_usable_size(memory.ptr)) return false;
    return size >= memory.len or realloc(memory.ptr, size) != null;
}

/// It may move, but realloc keeps plain alignments only. null: the caller allocates and copies.
fn remap(context: *anyopaque, memory: []u8, alignment: Alignment, size: usize, from: usize) ?[*]u8 {
    if (resize(context, memory, alignment, size, from)) return memory.ptr;
    return if (alignment.toByteUnits() <= plain) realloc(memory.ptr, size) else null;
}

fn release(_: *anyopaque, memory: []u8, _: Alignment, _: usize) void {
    free(memory.ptr);
}
