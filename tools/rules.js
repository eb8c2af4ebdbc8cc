// SPDX-License-Identifier: MIT OR Apache-2.0
// The mechanical rules of src/: what keeps every further build one file. Each
// rule is a function of the sources, {path: text}, to what breaks it.
import { posix } from 'node:path';
import { BUILDS, HEAP, MEMBERS } from './builds.js';

/** Who may include whom: a layer includes its own and those named here. */
const BELOW = {
  members: ['core', 'include'],
  builds: [
    'exports',
    'checked',
    'hard',
    'threads',
    'given',
    'flat',
    'small',
    'fast',
    'core',
  ].concat(['include', 'port']),
  exports: ['core', 'include'],
  checked: ['hard', 'flat', 'core', 'include', 'state'],
  hard: ['flat', 'core', 'include', 'state'],
  threads: ['flat', 'core', 'include', 'state'],
  given: ['flat', 'core', 'include', 'state'],
  flat: ['core', 'include', 'state'],
  small: ['core', 'include', 'state'],
  fast: ['core', 'include', 'state'],
  core: ['include'],
  include: [],
};

/** What a port has: builds choose where memory comes from, and families ask for their state. */
const PORT = {
  'pages.h': 'port',
  'place.h': 'port',
  'wait.h': 'port',
  'state.h': 'state',
  'layout.h': 'state',
};
const layerOf = (path) => path.split('/')[1];
const isBuild = (path) => layerOf(path) === 'builds';
const isMember = (path) => layerOf(path) === 'members';

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

const withoutWords = (sources, words) =>
  Object.fromEntries(
    Object.entries(sources).map(([path, text]) => [path, text.replace(words, '')]),
  );

const oneOf = (words) => `\\b(?:__builtin_)?(?:${words.join('|')})\\b`;

/** FAST, TLSF_FAST, IN_FAST_MODE, fast_only...; not the build's own words in a longer name. */
const buildNames = () => {
  const names = Object.keys(BUILDS).filter((name) => name !== 'core');
  const flags = names.map((name) => `(?:[A-Z]+_)?${name.toUpperCase()}(?:_[A-Z]+)?`);
  const words = names.flatMap((name) => [`${name}_only`, `is_${name}`, `in_${name}`]);
  return new RegExp(`\\b(?:${[...flags, ...words].join('|')})\\b`);
};

/** Guards, and BLOCK_MIN and the like: names that only look like a build's. */
const OTHER_NAMES = /\b(?:TLSF_\w+_H|(?:BLOCK|ROOM|EXTEND)_MIN)\b/g;

/** What src/ is for: any C target. wasm's own is the port's. */
const portable = forbid(/\b__builtin_wasm_/, () => false, "only a port knows wasm's instructions");

/** Rule 1: no shared file names a build. */
const namesNoBuild = (sources) =>
  forbid(buildNames(), isBuild, 'a shared file names a build')(withoutWords(sources, OTHER_NAMES));

/** What a shared file may ask: for the compiler, or for what the target has. */
const QUESTIONS =
  /^\s*#\s*(if|ifdef|ifndef) (defined )?__(cplusplus|clang__|clang_analyzer__|gnu_linux__|wasm__|wasm_bulk_memory__)\s*$/;

/** Where parameters are checked, and where the compiler is asked which one it is. */
const FREE = ['src/include/tlsf_config.h', 'src/include/tlsf_names.h', 'src/core/compiler.h'];

/** What a header asks of libc, and of the compilers that warn of declaring what libc does, and where. */
const ASKS_LIBC = 'src/include/tlsf_malloc.h';
const LIBC =
  /^\s*#\s*if(def __has_include| __has_include\(<features\.h>\)| defined __cplusplus && defined __THROW| defined __GNUC__ && !defined __PCC__)\s*$/;

/** Rule 2: parameters are numbers: there is no conditional that chooses a build's way. */
function conditionals(sources) {
  const isFree = (path) => isBuild(path) || FREE.includes(path);
  const what = 'a conditional in a shared file: make it two files';
  return Object.entries(sources).flatMap(([path, text]) => {
    const lines = codeOf(text).split('\n');
    const asks = (line) => /^\s*#\s*(if|ifdef|ifndef|elif)\b/.test(line);
    const guard = lines.findIndex((line) => /^\s*#/.test(line));
    return lines.flatMap((line, i) => {
      const isLibcs = path === ASKS_LIBC && LIBC.test(line);
      const isGuard = i === guard && /^#ifndef TLSF_(\w+_)?H$/.test(line.trim());
      const wrong = asks(line) && !isFree(path) && !isGuard && !QUESTIONS.test(line) && !isLibcs;
      return wrong ? [`${path}:${i + 1}: ${what}`] : [];
    });
  });
}

/** Rule 2, too: a constant that says which way a build goes. Only checkers tell tests. */
const constants = forbid(
  /\b(?:HAS|\w+_IS)_[A-Z]\w*\b/,
  (path) => isBuild(path) || /\/check\.h$/.test(path),
  'a constant that tells builds apart: make it two files',
);

/** What a file includes of the project: [{line, name, path}]. */
const includesOf = (path, text) =>
  text.split('\n').flatMap((line, i) => {
    const [, name] = /^\s*#\s*include\s*"([^"]+)"/.exec(line) ?? [];
    if (!name) return [];
    return [{ line: i + 1, name, path: posix.join(posix.dirname(path), name) }];
  });

/** Rule 3: includes go down only. */
function includesGoDown(sources) {
  return Object.entries(sources).flatMap(([path, text]) =>
    includesOf(path, text).flatMap(({ line, name, path: to }) => {
      const layer = PORT[name] ?? layerOf(to);
      const isKnown = Object.hasOwn(PORT, name) || Object.hasOwn(sources, to);
      const isDown = layer === layerOf(path) || BELOW[layerOf(path)]?.includes(layer);
      if (!isKnown) return [`${path}:${line}: there is no ${name} beside it`];
      return isDown ? [] : [`${path}:${line}: ${layerOf(path)}/ may not include ${name}`];
    }),
  );
}

/** Rule 3, too: of the system only what every freestanding compiler has. */
const wrongHeader = 'includes a header that is not stdbool.h, stddef.h or stdint.h';
const anyHeader = forbid(
  /^\s*#\s*include\s*<(?!std(bool|def|int)\.h>|features\.h>)/,
  () => false,
  wrongHeader,
);
const libcsHeader = forbid(
  /^\s*#\s*include\s*<features/,
  (path) => path === ASKS_LIBC,
  wrongHeader,
);
const systemHeaders = (sources) => [...anyHeader(sources), ...libcsHeader(sources)];

/** Rule 3, too: no file leads back to itself. */
function noCircle(sources) {
  const reaches = (from, to, seen = new Set()) =>
    includesOf(from, sources[from] ?? '').some(({ path }) => {
      if (path === to) return true;
      if (seen.has(path)) return false;
      seen.add(path);
      return reaches(path, to, seen);
    });
  const inCircle = Object.keys(sources).filter((path) => reaches(path, path));
  return inCircle.map((path) => `${path}: its includes lead back to it`);
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

/** Rule 2, too: two answers to one question are two files, and a build has one of them. */
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
const API_LAYER =
  /^src\/(exports\/.*|\w+\/(family|pair|pools|view)\.h|core\/(address|derived)\.h)$/;
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
    const code = codeOf(text).replace(/^typedef .*/gm, '');
    for (const [, name] of code.matchAll(
      /^\w[\w *]*?\b(\w+)\([^()]*\)\s*(?:(?:IS\(""\)|TLSF_THROW)\s*)?;/gm,
    ))
      names.add(name);
  }
  names.delete('__attribute__');
  return [...names];
}

/** Rule 5: nothing inside uses an exported name, except to define it. Members are users. */
function callsNoExport(sources) {
  const names = oneOf(exportedNames(sources));
  const definition = new RegExp(`^\\w[\\w *]*${names}\\(`);
  const isAllowed = (path) =>
    /^src\/(exports|include|members)\/|^src\/checked\/fault\.h$/.test(path); // it calls the program's hook
  return Object.entries(sources).flatMap(([path, text]) => {
    if (isAllowed(path)) return [];
    const lines = codeOf(text).split('\n');
    const uses = (line) => new RegExp(names).test(line.replace(definition, '('));
    return lines.flatMap((line, i) =>
      uses(line) ? [`${path}:${i + 1}: uses an exported name`] : [],
    );
  });
}

/** Rule 6: block.h alone has headers and tags, bins.h, lists.h and index.h links and slots. */
const BLOCK = /^src\/(core\/block|flat\/(block|header|trust)|hard\/trust)\.h$/;
const headers = forbid(
  /(->|\.)(header|prev)\b/,
  (path) => BLOCK.test(path),
  'only block.h reads and writes headers and tags',
);
const BINS = /^src\/((core|flat|fast)\/(bins|block)|\w+\/(index|trust|lists))\.h$/;
const links = forbid(
  /(->|\.)(next|link|map|first|slot)\b/,
  (path) => BINS.test(path) || path.startsWith('src/include/'),
  'only bins.h, lists.h and index.h follow links and slots',
);

/** Rule 6, too: no way around the accessors. */
const aroundHeaders = forbid(
  /\bUSED\b|\(size_t \*\)|= ?\(struct block\)/,
  (path) => BLOCK.test(path),
  'only block.h makes headers',
);

const HACK =
  /\b(hide_from_optimiser|UNREACHABLE|__builtin_(?:unreachable|assume|expect))\s*\(|\b(?:__asm__|volatile)\b/;

/** Where the compiler's own means are the matter itself. */
const MEANS = /^src\/(core\/(compiler\w*|bytes)|exports\/\w+)\.h$/;

/** Rule 7, too: the rest is C17. (The build for speed and the archives' members are for gcc and clang.) */
const onlyC = forbid(
  /\b(__builtin_\w+|__attribute__|__declspec|__asm__)\b/,
  (path) => MEANS.test(path) || isBuild(path) || /^src\/(fast|members)\//.test(path),
  "a compiler's own word: compiler.h has what may be asked of one",
);

/** Rule 7: a hack says, on its line or just above, what it is for and how many bytes it saves. */
function tagged(sources) {
  return Object.entries(sources).flatMap(([path, text]) => {
    const lines = text.split('\n');
    const code = codeOf(text).split('\n');
    return lines.flatMap((line, i) => {
      if (!HACK.test(code[i]) || MEANS.test(path)) return [];
      const above = lines.slice(0, i).join('\n').trimEnd();
      const comment = above.endsWith('*/') ? above.slice(above.lastIndexOf('/*')) : '';
      const isTagged = /\/\* (size: \d+, |time: |analysis: )/.test(comment + line);
      return isTagged ? [] : [`${path}:${i + 1}: a hack without its size:, time: or analysis: tag`];
    });
  });
}

/** Rule 8: a build's file says what is inlined. */
const attributes = forbid(
  /\b(NOINLINE|COLD|ALWAYS_INLINE)\b|\b_*(inline|noinline|always_inline|minsize|cold|hot|flatten|optnone)_*\b/,
  (path) => isBuild(path) || /^src\/core\/compiler\w*\.h$/.test(path),
  'what is inlined is said in src/builds/',
);

const MOST_PARTS = 20;

/** A line of the preprocessor that includes, declares or asks. */
const PART = /^\s*#(?!\s*(else|endif|error)\b)|;/gm;

/** A build's file only lists its parts: includes, and declarations for what is inlined. */
const onlyParts = (sources) =>
  Object.entries(sources).flatMap(([path, text]) => {
    if (!isBuild(path)) return [];
    const parts = [...codeOf(text).matchAll(PART)];
    const isShort = parts.length <= MOST_PARTS;
    return [
      ...(isShort ? [] : [`${path}: ${parts.length} parts, more than ${MOST_PARTS}`]),
      ...findAll(path, text, /[{}=]|^\s*#\s*(define|undef)/, 'code in a file that lists parts'),
    ];
  });

/** The core as a reader counts it: not the compiler, the parameters and the public names. */
const IS_CORE = /^src\/(?!include|exports|builds|core\/(compiler|bytes))/;

/** A function's definition, from its first line to the brace that ends it; and a brace alone. */
const FUNCTION =
  /^(?!typedef|struct|union|enum|_Static)\w[^;{}]*\([^;{}]*\) \{(?:.*\}$|[\s\S]*?^\})/gm;
const isBrace = (line) => /^\s*\}?$/.test(line);

/** The lines of functions in a text: without comments, blank lines and lines of one brace. */
export const functionLines = (text) =>
  [...codeOf(text).matchAll(FUNCTION)].flatMap(([whole]) =>
    whole.split('\n').filter((line) => !isBrace(line)),
  ).length;

/** A build that promises to be short includes no more lines of functions than it says. */
const shortCore = (sources) =>
  Object.values(BUILDS).flatMap(({ source, coreLines = Infinity }) => {
    const files = [...closure(sources, source, sources[source])].filter((path) =>
      IS_CORE.test(path),
    );
    const lines = files.reduce((sum, path) => sum + functionLines(sources[path]), 0);
    return lines <= coreLines
      ? []
      : [`${source}: includes ${lines} lines of functions, more than ${coreLines}`];
  });

/** A build is a file in src/builds/, a member one in src/members/, and each a row of its table. */
function rowForEach(sources) {
  const isRoot = (path) => isBuild(path) || (isMember(path) && !path.endsWith('.h'));
  const files = Object.keys(sources).filter(isRoot);
  const tables = [BUILDS, MEMBERS, HEAP].flatMap((table) => Object.values(table));
  const rows = tables.flatMap(({ source, heap }) => [source, heap]).filter(Boolean);
  return [
    ...files
      .filter((path) => !rows.includes(path))
      .map((path) => `${path}: no row in tools/builds.js`),
    ...rows
      .filter((path) => !files.includes(path))
      .map((path) => `tools/builds.js: there is no ${path}`),
  ];
}

/** Rule 5, too: a member stands above the family and uses it by its public names only. */
const membersOnTop = forbid(
  /\b(family|heap|block|bins)_\w+\s*\(/,
  (path) => !isMember(path),
  'a member calls the family by its public names only',
);

export const RULES = {
  rowForEach,
  portable,
  namesNoBuild,
  conditionals,
  constants,
  oneAnswer,
  includesGoDown,
  systemHeaders,
  noCircle,
  blocksOfUsers,
  callsNoExport,
  membersOnTop,
  headers,
  links,
  aroundHeaders,
  tagged,
  onlyC,
  attributes,
  onlyParts,
  shortCore,
};

/** What breaks the rules, of {path: text}. */
export const violations = (sources) => Object.values(RULES).flatMap((rule) => rule(sources));
