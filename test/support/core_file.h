/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What differs by a build's core stands in a folder of its name, TLSF_CORE, in
   files with the same functions: CORE_FILE(range) is "flat/range.h" or such. */
#ifndef TLSF_CORE_FILE_H
#define TLSF_CORE_FILE_H

/* Spaces around the slash would become part of the name. */
/* clang-format off */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a file's name */
#define CORE_FILE(name) CORE_FILE_NAME(TLSF_CORE/name.h)
/* clang-format on */
#define CORE_FILE_NAME(path) CORE_FILE_TEXT(path)
#define CORE_FILE_TEXT(path) #path

#endif
