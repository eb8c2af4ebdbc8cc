// SPDX-License-Identifier: MIT OR Apache-2.0
// One file in place of src/: each build of the C family in tlsf_malloc.c, of
// which the preprocessor chooses one, and the core API in tlsf.c and tlsf.h.
//
// A variant is what one translation unit has. Its includes are expanded to a
// row of pieces, each a stretch of one file; the rows of all variants are merged
// to one in which each piece stands once, if their orders allow it, behind an #if
// that names the variants that have it.
import { posix } from 'node:path';
import { compileFlags, membersOf, heapObjects } from './build.js';
import { BUILDS, isEmbedded } from './builds.js';

const SPDX = '/* SPDX-License-Identifier: MIT OR Apache-2.0 */';
const INCLUDE = /^#include(_next)? +(["<])([^">]+)[">]/;
const MOST = 78; // characters of a line

const isCode = (line) => !/^\s*$|^\s*\/\*|^ \*|^ {3}\S|\*\/$/.test(line);
const trim = (lines) =>
  lines
    .join('\n')
    .replace(/^\n+|\s+$/g, '')
    .replace(/\n{3,}/g, '\n\n');

/** The name of a header's guard. */
const guardOf = (text) => /^#ifndef (\w+_H)\n#define \1$/m.exec(text)?.[1];

/** A file's lines without its licence and, if it is a header, its guard. */
function linesOf(text) {
  const guard = guardOf(text);
  const body = guard
    ? text.replace(`#ifndef ${guard}\n#define ${guard}\n`, '').replace(/#endif\s*$/, '')
    : text;
  return body.replace(`${SPDX}\n`, '').split('\n');
}

/** Expands files of `inputs`, whose includes lie beside them or in `paths`. */
function expansion(inputs, paths, loops = LOOPS) {
  const pieces = [];
  const seen = new Set(); // guards, files of the system, blocks of conditions
  const text = (path) => String(inputs[path]);

  function resolve(from, line) {
    const [, next, quote, name] = /** @type {string[]} */ (INCLUDE.exec(line));
    const beside = posix.join(posix.dirname(from), name);
    if (quote === '"' && !next && beside in inputs) return beside;
    const where = next ? paths.slice(paths.indexOf(posix.dirname(from)) + 1) : paths;
    return where.map((path) => posix.join(path, name)).find((path) => path in inputs);
  }

  const once = (key) => !seen.has(key) && Boolean(seen.add(key));

  const push = (path, lines, port) => {
    const body = trim(lines);
    if (body) pieces.push({ path, port, body });
  };

  /** A file that is included under a condition: all of it, and its guard. */
  function whole(path) {
    const lines = text(path).replace(`${SPDX}\n`, '').split('\n');
    return lines.flatMap((line) => {
      const found = INCLUDE.test(line) && resolve(path, line);
      if (!found) return [line];
      return seen.has(guardOf(text(found))) ? [] : whole(found);
    });
  }

  /** What a file that is included under a condition includes itself, without one. */
  function before(path, port) {
    let depth = 0;
    for (const line of linesOf(text(path))) {
      depth += Number(/^#if/.test(line)) - Number(/^#endif/.test(line));
      if (!depth && INCLUDE.test(line) && resolve(path, line)) include(path, line, port);
    }
  }

  /**
   * A block from #if to #endif, in which files are included. What they share stands before it,
   * so that it is there once and other pieces may have it too.
   */
  function conditional(path, given, port) {
    const block = given.map((line) => line.replace(LOOPS, loops));
    const files = block.map((line) => INCLUDE.test(line) && resolve(path, line));
    for (const found of files) if (found) before(found, port);
    const lines = block.flatMap((line, i) =>
      files[i] ? [`/* -- ${files[i]} -- */`, ...whole(files[i])] : [line],
    );
    if (once(block.join('\n'))) push(path, lines, port);
  }

  function include(path, line, port) {
    const found = resolve(path, line);
    if (!found) {
      if (once(line)) pieces.push({ path: '', port: false, body: line });
      return;
    }
    if (found === BYTES) {
      conditional(found, BYTES_BY_TARGET, port);
      return;
    }
    const isPort = ['pages.h', 'place.h', 'wait.h'].includes(posix.basename(found));
    if (isPort && once('the port')) pieces.push({ path: '', port: false, body: OWN_PORT });
    const guard = guardOf(text(found));
    if (!guard || once(guard)) file(found, port || isPort);
  }

  /** A file: its own lines between those of what it includes. */
  function file(path, port = false) {
    const lines = linesOf(text(path));
    let own = [];
    let begun = false;
    const flush = (isLast) => {
      if (!isLast && !begun && !own.some(isCode)) return; // the head stays with the code
      push(path, own, port);
      begun ||= own.some(isCode);
      own = [];
    };
    for (let i = 0; i < lines.length; i++) {
      if (/^#if/.test(lines[i])) {
        const from = i;
        for (let depth = 1; depth;) {
          i++;
          depth += Number(/^#if/.test(lines[i])) - Number(/^#endif/.test(lines[i]));
        }
        const block = lines.slice(from, i + 1);
        const files = block.some((line) => INCLUDE.test(line) && resolve(path, line));
        if (!files) own.push(...block);
        else {
          flush(false);
          conditional(path, block, port);
        }
      } else if (INCLUDE.test(lines[i])) {
        flush(false);
        include(path, lines[i], port);
      } else own.push(lines[i]);
    }
    flush(true);
  }

  return {
    file,
    whole,
    pieces,
    once,
    define: (body) => pieces.push({ path: '', port: false, body }),
  };
}

/** One file is compiled by whatever flags its user has: without bulk memory it has loops. */
const BYTES = 'src/core/bytes.h';
const LOOPS = 'bytes_loop.h';
const BYTES_BY_TARGET = [
  '#if defined __wasm__ && !defined __wasm_bulk_memory__',
  `#include "${LOOPS}"`,
  '#else',
  '#include "bytes.h"',
  '#endif',
];

const OWN_PORT = '#ifdef TLSF_PORT\n#include TLSF_PORT\n#endif';

/** What -DNAME=VALUE is in C, unless the command line says something else. */
const defined = (flags) =>
  flags
    .map((flag) => /^-D(\w+)=(\w+)$/.exec(flag))
    .filter(Boolean)
    .map(([, name, value]) => `#ifndef ${name}\n#define ${name} ${value}\n#endif`)
    .join('\n');

/** The builds that a program can have in itself, and the default one. */
const chosen = Object.entries(BUILDS).filter(
  ([, row]) => row.exports && !row.ranges && !isEmbedded(row), // a program has its own memory, and one heap
);
const [[DEFAULT]] = chosen.filter(([, { archive }]) => archive === 'libtlsf');

/** The parts of a build's file, beside the family. */
const PARTS = {
  heap: 'the functions of tlsf_heap.h and tlsf_mallinfo.h',
  members: 'reallocarray and the others that tlsf_malloc.h names last',
  errno: 'errno, where no libc has it, and where threads share memory',
};

/** The C sources of a build, by part. */
function partsOf(build) {
  const heap = Object.values(build.archive ? heapObjects(build) : {});
  const parts = { family: [build.source], heap: heap.map(([source]) => source) };
  for (const [name, { source, named }] of Object.entries(build.archive ? membersOf(build) : {})) {
    const part = named ? 'family' : name === 'errno.o' ? 'errno' : 'members';
    if (source.endsWith('.c')) (parts[part] ??= []).push(source);
  }
  return Object.fromEntries(Object.entries(parts).filter(([, sources]) => sources.length));
}

/** The program may have the functions of a member that is part of the family's object. */
const weak = (body) => body.replace(/^(?=\w.*\) \{$)/gm, '__attribute__((weak)) ');

/** Where a piece stands in its row: what flags say, headers of the system, those that users include, the rest. */
function rankOf({ path, body }) {
  if (body.startsWith('#include <')) return '1';
  if (/tlsf_(config|names)\.h$/.test(path)) return '2'; // the one is inside of the other
  if (path.startsWith('src/include/')) return `3${path}`;
  return path || body === OWN_PORT ? '4' : '0';
}

/** These headers need nothing before them; so they stand at one place in every row, and are there once. */
const headersFirst = (pieces) => {
  const ranks = new Map(pieces.map((piece) => [piece, rankOf(piece)]));
  return [...pieces].sort((a, b) =>
    ranks.get(a) < ranks.get(b) ? -1 : Number(ranks.get(a) > ranks.get(b)),
  );
};

/** The row of pieces of one part of a build. */
function rowOf(inputs, build, sources) {
  const paths = ['src', 'src/include', ...(build.port ? [build.port] : []), 'wasm'];
  const loops = build.guards ? 'bytes_exact.h' : LOOPS; // guards are within a block's last word
  const { file, pieces, once, define } = expansion(inputs, paths, loops);
  const wide = defined(build.host['-m64'] ?? []);
  if (wide) define(`#if __SIZEOF_POINTER__ == 8\n${wide}\n#endif`);
  if (once(guardOf(String(inputs['src/include/tlsf_config.h'])))) file('src/include/tlsf_config.h');
  for (const source of sources) file(source);
  const [own, ...named] = sources;
  const isNamed = ({ path }) => own === build.source && named.includes(path);
  return headersFirst(pieces).map((piece) =>
    isNamed(piece) ? { ...piece, body: weak(piece.body) } : piece,
  );
}

const keyOf = ({ path, port, body }) => `${path}\n${port}\n${body}`;

/** Merges a variant's row into one that holds those before: the longest that they share is shared. */
function merge(all, row, name) {
  const weight = ({ body }) => body.length;
  const best = Array.from({ length: all.length + 1 }, () => new Float64Array(row.length + 1));
  for (let i = all.length - 1; i >= 0; i--)
    for (let j = row.length - 1; j >= 0; j--) {
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1]);
      if (all[i].key === keyOf(row[j]))
        best[i][j] = Math.max(best[i][j], best[i + 1][j + 1] + weight(row[j]));
    }
  const merged = [];
  for (let i = 0, j = 0; i < all.length || j < row.length;) {
    const both = i < all.length && j < row.length;
    if (
      both &&
      all[i].key === keyOf(row[j]) &&
      best[i][j] > Math.max(best[i + 1][j], best[i][j + 1])
    ) {
      merged.push({ ...all[i++], variants: [...all[i - 1].variants, name] });
      j++;
    } else if (j === row.length || (both && best[i + 1][j] >= best[i][j + 1]))
      merged.push(all[i++]);
    else {
      merged.push({ ...row[j], key: keyOf(row[j]), variants: [name] });
      j++;
    }
  }
  return merged;
}

/** Words in lines, with `begin` before the first and `between` before each further line. */
function wrap(words, begin, between) {
  const lines = [begin];
  for (const word of words) {
    const line = `${lines.at(-1)}${word}`;
    if (line.length <= MOST) lines[lines.length - 1] = line;
    else lines.push(`${between}${word.trimStart()}`);
  }
  return lines;
}

const heading = (title) => `/* ---- ${title} ${'-'.repeat(Math.max(0, 68 - title.length))} */`;

/** Pieces in C, each file with a heading. */
function print(pieces, conditionOf) {
  const out = [];
  const begun = new Set();
  let open = '';
  for (const piece of pieces) {
    const wanted = conditionOf(piece);
    if (wanted !== open) {
      if (open) out.push('#endif');
      if (wanted) out.push(wanted);
      open = wanted;
    }
    const { path, body } = piece;
    const again = begun.has(keyOf(piece)) ? 'again' : 'continued';
    if (path) out.push(heading(begun.has(path) ? `${path}, ${again}` : path));
    begun.add(path).add(keyOf(piece));
    out.push(body);
  }
  if (open) out.push('#endif');
  const text = `${out.join('\n\n')}\n`;
  return text.replace(/^(#include <.*>\n)\n(?=#include <)/gm, '$1');
}

/** How clang compiles a build's file, as its archive has it. */
export function flagsOf(build) {
  const flags = compileFlags(build).filter((flag) => /^--target|^-[mO]|^-fPIC/.test(flag));
  const speed = flags.includes('-O2'); // the last one counts
  const anyCpu = build.features.length > 0;
  return flags.filter((flag) => !(anyCpu && /^-mcpu/.test(flag)) && !(speed && flag === '-Oz'));
}

/** The comment at the head of tlsf_malloc.c. */
function head(version) {
  const indent = ` *   ${' '.repeat(12)}`;
  const rows = chosen.flatMap(([name, build]) => [
    ...wrap(build.use.split(/(?= )/), ` *   ${name.padEnd(12)}`, indent),
    ...wrap(flagsOf(build).join(' ').split(/(?= )/), indent, indent),
  ]);
  const parts = Object.entries(PARTS).flatMap(([name, text]) =>
    wrap(text.split(/(?= )/), ` *   -DTLSF_PART=${name.padEnd(10)}`, ` *   ${' '.repeat(23)}`),
  );
  return `${SPDX}
/*
 * tlsf-wasm ${version}: the C family of malloc in one file, made of src/ by
 * ./build.sh. https://github.com/tlsf-wasm/tlsf-wasm
 *
 *   clang --target=wasm32 -Oz -ffreestanding -mbulk-memory -c tlsf_malloc.c
 *
 * makes an object for your program, which declares the functions by its libc's
 * headers or by tlsf_malloc.h. -DTLSF_BUILD=NAME chooses another build than
 * ${DEFAULT}. These are all, with the flags that each needs:
 *
${rows.join('\n')}
 *
 * Without -mbulk-memory bytes are copied by loops; a build with guards, and any
 * without -ffreestanding, may call memset, which a libc has. A program that has
 * this object is byte for byte the one that has the archive of the same
 * compiler. Further parts are further objects of this file; only programs that
 * call them need them:
 *
${parts.join('\n')}
 *
 * -DTLSF_PORT='"my_pages.h"' takes memory from a port of your own, on any
 * target of gcc and clang: docs/install.md has one; threads needs what
 * wasm/place.h and wasm/wait.h have, too. The parameters below may be given by
 * -D. The part heap of checked and hard needs -DTLSF_ALIGN=32 where addresses
 * have 64 bits, and then each part does.
 */`;
}

/** How the preprocessor finds the variant that -DTLSF_BUILD and -DTLSF_PART choose. */
function choice(variants) {
  const values = variants.flatMap(({ names, bit }) =>
    names.map((name) => `#define TLSF_${name} 0x${bit.toString(16)}`),
  );
  return `/* ---- Which build and which part ---- */

#ifndef TLSF_BUILD
#define TLSF_BUILD ${DEFAULT}
#endif
#ifndef TLSF_PART
#define TLSF_PART family
#endif

/* A bit for each text that there is; builds that differ by flags have the same. */
${values.join('\n')}

#define TLSF_JOIN_(part, build) TLSF_##part##_##build
#define TLSF_JOIN(part, build) TLSF_JOIN_(part, build)
#define TLSF_CHOICE TLSF_JOIN(TLSF_PART, TLSF_BUILD)

#if !(TLSF_CHOICE + 0)
#error "there is no such TLSF_BUILD, or it has no such TLSF_PART: the head of this file lists them"
#endif
#if !defined __wasm__ && !defined TLSF_PORT
#error "natively, -DTLSF_PORT='\\"my_pages.h\\"' says where memory comes from"
#endif

/* Which functions of a file are used depends on the build. */
#pragma GCC diagnostic ignored "-Wunused-function"`;
}

/** The #if before pieces: which variants have them, and is the port built in? */
function condition(has, port, isAll) {
  if (isAll && !port) return '';
  const words = has.map((name, i) => `TLSF_${name}${i < has.length - 1 ? ' | ' : ')'}`);
  const begin = `#if ${port ? '!defined TLSF_PORT && ' : ''}TLSF_CHOICE & (`;
  return wrap(words, begin, '    ').join('\\\n');
}

/** tlsf_malloc.c: every build that a program can have in itself. */
export function familyFile(inputs, version) {
  const variants = [];
  for (const [name, build] of chosen)
    for (const [part, sources] of Object.entries(partsOf(build))) {
      const row = rowOf(inputs, build, sources);
      const key = row.map(keyOf).join('\n');
      const same = variants.find((variant) => variant.key === key);
      if (same) same.names.push(`${part}_${name}`);
      else variants.push({ key, row, names: [`${part}_${name}`], bit: 2 ** variants.length });
    }
  let all = /** @type {any[]} */ ([]);
  for (const { row, names } of variants) all = merge(all, row, names[0]);
  const conditionOf = ({ variants: has, port }) =>
    condition(has, port, has.length === variants.length);
  return `${head(version)}\n\n${choice(variants)}\n\n${print(all, conditionOf)}`;
}

/** tlsf.h and tlsf.c: the core API. A program may have the header's parts from elsewhere, too. */
export function coreFiles(inputs, version) {
  const made = `tlsf-wasm ${version}, made of src/ by ./build.sh`;
  const { file, pieces, whole, once } = expansion(inputs, ['src', 'src/include']);
  const header = whole('src/include/tlsf.h').join('\n');
  for (const [, guard] of header.matchAll(/^#ifndef (\w+_H)$/gm)) once(guard);
  file(BUILDS.core.source);
  return {
    'tlsf.h': `${SPDX}\n/* ${made}: the core API in one header. */\n${header}`,
    'tlsf.c': `${SPDX}
/* ${made}: the core API in one file.
   Its parameters are those of tlsf.h, which lies beside it. */
#include "tlsf.h"

${print(pieces, () => '')}`,
  };
}
