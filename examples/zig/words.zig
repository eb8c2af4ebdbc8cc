// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counts the words of a text, in a hash map of Zig's standard library.
const std = @import("std");
const tlsf = @import("tlsf.zig");

/// How many different words a text has, or -1 if there is no memory.
export fn different(text: [*]const u8, length: usize) i32 {
    return count(text[0..length]) catch -1;
}

fn count(text: []const u8) !i32 {
    var words = std.StringHashMap(u32).init(tlsf.allocator);
    defer words.deinit();
    var each = std.mem.tokenizeAny(u8, text, " .,\n");
    while (each.next()) |word| {
        const entry = try words.getOrPutValue(word, 0);
        entry.value_ptr.* += 1;
    }
    return @intCast(words.count());
}
