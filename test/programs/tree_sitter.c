/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Parses the C on standard input, cuts out a quarter of it, parses again
 * with the old tree's help, and prints after each what depends on the tree.
 * Of files named on the command line it prints the trees themselves.
 */
#include <inttypes.h>
#include <string.h>
#include <tree_sitter/api.h>

#include "input.h"

const TSLanguage *tree_sitter_c(void);

struct summary {
    uint64_t hash; /* FNV-1a of every node's kind, span and depth */
    uint32_t nodes, errors, missing, depth, deepest;
};

static void mix(struct summary *s, uint32_t value) {
    s->hash = (s->hash ^ value) * UINT64_C(0x100000001b3);
}

static void visit(struct summary *s, TSNode node) {
    s->nodes++;
    s->errors += ts_node_is_error(node);
    s->missing += ts_node_is_missing(node);
    if (s->depth > s->deepest) s->deepest = s->depth;
    mix(s, ts_node_symbol(node));
    mix(s, ts_node_start_byte(node));
    mix(s, ts_node_end_byte(node));
    mix(s, s->depth);
}

/* To the next node in preorder; false after the last. */
static bool advance(struct summary *s, TSTreeCursor *cursor) {
    if (ts_tree_cursor_goto_first_child(cursor)) return ++s->depth;
    while (!ts_tree_cursor_goto_next_sibling(cursor)) {
        if (!ts_tree_cursor_goto_parent(cursor)) return false;
        s->depth--;
    }
    return true;
}

static void tree_print(const TSTree *tree) {
    struct summary s = {.hash = UINT64_C(0xcbf29ce484222325)};
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
    do {
        visit(&s, ts_tree_cursor_current_node(&cursor));
    } while (advance(&s, &cursor));
    ts_tree_cursor_delete(&cursor);
    printf("nodes %" PRIu32 ", errors %" PRIu32 ", missing %" PRIu32
           ", depth %" PRIu32 ", hash %016" PRIx64 "\n",
           s.nodes, s.errors, s.missing, s.deepest, s.hash);
}

/* [ start ][ cut ][ half ] => [ start ][ half ]; returns the new length. */
static uint32_t cut(TSTree *tree, char *text, uint32_t length) {
    uint32_t from = length / 4, to = length / 2;
    TSInputEdit edit = {
        .start_byte = from, .old_end_byte = to, .new_end_byte = from};
    for (uint32_t i = 0; i < to; i++) {
        TSPoint *point = &edit.old_end_point;
        point->column = text[i] == '\n' ? 0 : point->column + 1;
        point->row += text[i] == '\n';
        if (i + 1 == from) edit.start_point = *point;
    }
    edit.new_end_point = edit.start_point;
    ts_tree_edit(tree, &edit);
    memmove(text + from, text + to, length - to);
    return length - (to - from);
}

static bool text_parse(TSParser *parser) {
    size_t size;
    char *text = input_read(&size);
    if (!text) return false;
    uint32_t length = (uint32_t)size;
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, length);
    tree_print(tree);
    length = cut(tree, text, length);
    TSTree *next = ts_parser_parse_string(parser, tree, text, length);
    tree_print(next);
    ts_tree_delete(tree);
    ts_tree_delete(next);
    free(text);
    return true;
}

/* The tree of a file's text as an S-expression. */
static bool expression_print(TSParser *parser, const char *path) {
    size_t size;
    char *text = freopen(path, "r", stdin) ? input_read(&size) : NULL;
    if (!text) return false;
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, (uint32_t)size);
    char *expression = ts_node_string(ts_tree_root_node(tree));
    printf("%s %s\n", path, expression);
    free(expression);
    ts_tree_delete(tree);
    free(text);
    return true;
}

/* Standard input, or else each file that is named. */
int main(int argc, char **argv) {
    TSParser *parser = ts_parser_new();
    bool good = ts_parser_set_language(parser, tree_sitter_c());
    if (good && argc == 1) good = text_parse(parser);
    for (int i = 1; good && i < argc; i++)
        good = expression_print(parser, argv[i]);
    ts_parser_delete(parser);
    return !good;
}
