// SPDX-License-Identifier: MIT OR Apache-2.0
// The mechanical rules of src/: what keeps every further build one file. Each
// rule is a function of the sources, {path: text}, to what breaks it.
import { posix } from 'node:path';
import { BUILDS } from './builds.js';

/** Who may include whom: a layer includes its own and those named here. */
const BELOW = {
  builds: ['exports', 'small', 'fast', 'core', 'include', 'port'],
  exports: ['core', 'include'],
  small: ['core', 'include'],
  fast: ['core', 'include'],
  core: ['include'],
  include: [],
};

const PORT = /^pages\.h$/;
const layerOf = (path) => path.split('/')[1];
const isBuild = (path) => layerOf(path) === 'builds';

/** The text without comments and the insides of strings; lines stay lines. */
const codeOf = (text) =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"/g, (part) =>
    part.startsWith('"') ? '""' : part.replace(/[^\n]/g, ' '),
  );

/** Each line of code that matches, as `path:line: what`. */
function findAll(path, text, pattern, what) {
  const lines = codeOf(text).split('\n');
  return lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${what}`] : []));
}

/** Looks for a pattern in the files that may not have it. */
const forbid = (pattern, isAllowed, what) => (sources) =>
  Object.entries(sources).flatMap(([path, text]) =>
    isAllowed(path) ? [] : findAll(path, text, pattern, what),
  );

const oneOf = (words) => `\\b(?:${words.join('|')})\\b`;

const buildNames = () =>
  new RegExp(`\\b(?:TLSF|IS|BUILD)_(?:${Object.keys(BUILDS).join('|')})\\b`, 'i');

/** Rule 1: no shared file names a build. */
const namesNoBuild = (sources) =>
  forbid(buildNames(), isBuild, 'a shared file names a build')(sources);

/** Rule 2: parameters are numbers: conditionals ask for the compiler or the target alone. */
function conditionals(sources) {
  const isGuard = (line) => /^\s*#\s*ifndef TLSF_(\w+_)?H\b/.test(line);
  return Object.entries(sources).flatMap(([path, text]) =>
    isBuild(path) || path === 'src/include/tlsf_config.h'
      ? []
      : codeOf(text)
          .split('\n')
          .flatMap((line, i) =>
            /^\s*#\s*(if|ifdef|ifndef|elif)\b/.test(line) &&
            !isGuard(line) &&
            !/\b__\w+\b/.test(line)
              ? [`${path}:${i + 1}: a conditional in a shared file: make it two files`]
              : [],
          ),
  );
}

/** What a file includes: [{line, name, path}]; path is undefined for system headers. */
const includesOf = (path, text) =>
  text.split('\n').flatMap((line, i) => {
    const [, name] = /^\s*#\s*include "([^"]+)"/.exec(line) ?? [];
    if (!name) return [];
    return [{ line: i + 1, name, path: posix.join(posix.dirname(path), name) }];
  });

/** Rule 3: includes go down only. */
function includesGoDown(sources) {
  return Object.entries(sources).flatMap(([path, text]) =>
    includesOf(path, text).flatMap(({ line, name, path: to }) => {
      const layer = PORT.test(name) ? 'port' : layerOf(to);
      const isDown = layer === layerOf(path) || BELOW[layerOf(path)]?.includes(layer);
      return isDown ? [] : [`${path}:${line}: ${layerOf(path)}/ may not include ${name}`];
    }),
  );
}

/** All files that a text's includes lead to. */
function closure(sources, path, text, found = new Set()) {
  if (found.has(path) || text === undefined) return found;
  found.add(path);
  for (const to of includesOf(path, text)) closure(sources, to.path, sources[to.path], found);
  return found;
}

/** A text in every way that its conditionals, each with an #else, may turn out. */
function branches(text) {
  const [whole, one, other] = /^#if .*\n([\s\S]*?)^#else\n([\s\S]*?)^#endif\n/m.exec(text) ?? [];
  if (!whole) return [text];
  return [one, other].flatMap((branch) => branches(text.replace(whole, branch)));
}

/** Rule 2, too: two answers to one question are two files, of which a build has one. */
function oneAnswer(sources) {
  const guardOf = (path) => /#ifndef (TLSF_\w+_H)\b/.exec(sources[path])?.[1];
  const twice = (build, text) => {
    const seen = new Map();
    return [...closure(sources, build, text)].flatMap((path) => {
      const guard = guardOf(path);
      const other = guard && seen.get(guard);
      if (guard) seen.set(guard, path);
      return other ? [`${build}: includes ${other} and ${path}, two answers to one question`] : [];
    });
  };
  return Object.keys(sources)
    .filter(isBuild)
    .flatMap((build) => branches(sources[build]).flatMap((text) => twice(build, text)));
}

/** Rule 4: the API's layer alone turns pointers of users into blocks. */
const API_LAYER = /^src\/(exports\/.*|\w+\/(family|pools)\.h|core\/block\.h)$/;
const blocksOfUsers = forbid(
  /\bblock_of\s*\(/,
  (path) => API_LAYER.test(path),
  "block_of: only the API's layer turns a user's pointer into a block",
);

/** The names that exports/ gives to functions, and the core API's. */
function exportedNames(sources) {
  const names = new Set();
  for (const [path, text] of Object.entries(sources)) {
    if (!/^src\/(exports|include)\//.test(path)) continue;
    for (const [, name] of codeOf(text).matchAll(/\b(\w+)\([^()]*\)\s*(?:IS\(""\)\s*)?;/g))
      names.add(name);
  }
  names.delete('__attribute__');
  return [...names];
}

/** Rule 5: nothing inside calls an exported name. A definition begins its line. */
function callsNoExport(sources) {
  const call = new RegExp(`^\\s+.*${oneOf(exportedNames(sources))}\\s*\\(`);
  const isAllowed = (path) => /^src\/(exports|include)\//.test(path);
  return forbid(call, isAllowed, 'calls an exported name')(sources);
}

/** Rule 6: block.h alone has headers and tags, bins.h, index.h and top_*.h links and slots. */
const headers = forbid(
  /(->|\.)(header|prev)\b/,
  (path) => path === 'src/core/block.h',
  'only block.h reads and writes headers and tags',
);
const BINS = /^src\/(core\/(bins|top_\w+|block)|\w+\/index)\.h$/;
const links = forbid(
  /(->|\.)(next|link|map|first|slot)\b/,
  (path) => BINS.test(path) || path.startsWith('src/include/'),
  'only bins.h, index.h and top_*.h follow links and slots',
);

/** Rule 7: a hack says what it is for and, if for bytes, how many. */
function tagged(sources) {
  return Object.entries(sources).flatMap(([path, text]) => {
    const lines = text.split('\n');
    const isHack = (line) => /\b(hide_from_optimiser|__builtin_unreachable)\s*\(/.test(line);
    return lines.flatMap((line, i) => {
      if (!isHack(line) || path === 'src/core/compiler.h') return [];
      const near = lines.slice(Math.max(0, i - 4), i + 1).join(' ');
      const isTagged = /\/\* (size: \d+, |time: |analysis: )/.test(near);
      return isTagged ? [] : [`${path}:${i + 1}: a hack without its size:, time: or analysis: tag`];
    });
  });
}

/** Rule 8: a build's file says what is inlined. */
const attributes = forbid(
  /\b(NOINLINE|COLD|ALWAYS_INLINE|inline|noinline|always_inline|minsize)\b/,
  (path) => isBuild(path) || path === 'src/core/compiler.h',
  'what is inlined is said in src/builds/',
);

const MOST_PARTS = 20;

/** A build's file only lists its parts: includes, and declarations for what is inlined. */
const onlyParts = (sources) =>
  Object.entries(sources).flatMap(([path, text]) => {
    if (!isBuild(path)) return [];
    const parts = codeOf(text).match(/^\s*#|;/gm) ?? [];
    const isShort = parts.length <= MOST_PARTS;
    return [
      ...(isShort ? [] : [`${path}: ${parts.length} parts, more than ${MOST_PARTS}`]),
      ...findAll(path, text, /[{}=]/, 'code in a file that lists parts'),
    ];
  });

/** A build is a file in src/builds/ and a row of the table. */
function rowForEach(sources) {
  const files = Object.keys(sources).filter(isBuild);
  const rows = Object.values(BUILDS).map(({ source }) => source);
  return [
    ...files
      .filter((path) => !rows.includes(path))
      .map((path) => `${path}: no row in tools/builds.js`),
    ...rows
      .filter((path) => !files.includes(path))
      .map((path) => `tools/builds.js: there is no ${path}`),
  ];
}

export const RULES = {
  rowForEach,
  namesNoBuild,
  conditionals,
  oneAnswer,
  includesGoDown,
  blocksOfUsers,
  callsNoExport,
  headers,
  links,
  tagged,
  attributes,
  onlyParts,
};

/** What breaks the rules, of {path: text}. */
export const violations = (sources) => Object.values(RULES).flatMap((rule) => rule(sources));
