// SPDX-License-Identifier: MIT OR Apache-2.0
// Small changes to C, one at a time: by token, from what a line looks like.
// What makes no sense does not compile, and does not count.

/** The same text with comments, strings and directives blank; #define stays. */
export function blanked(text) {
  const blank = (part) => part.replace(/[^\n]/g, ' ');
  return text
    .replace(/\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"/g, blank)
    .replace(/^#(?!define \w+\().*$/gm, blank)
    .replace(/^#define \w+\([^)]*\)/gm, blank)
    .replace(/_Static_assert\([^;]*;/g, blank);
}

const SWAPS = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['/'],
  '<<': ['>>'],
  '>>': ['<<'],
  '&': ['|', '^'],
  '|': ['&', '^'],
  '^': ['|', '&'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '&&': ['||'],
  '||': ['&&'],
  '++': ['--'],
  '--': ['++'],
  '+=': ['-='],
  '-=': ['+='],
  '|=': ['&=', '^='],
  '&=': ['|='],
  '^=': ['|=', '&='],
  '~': [''],
  '!': [''],
};

const TOKEN = /->|<<|>>|\+\+|--|[-+|&^<>=!]=|&&|\|\||[-+*/%&|^<>~!]|\w+|[^\s\w]/g;
const ENDS_OPERAND = /^(\w+|[)\]])$/;
const TYPE =
  /^(void|char|int|bool|size_t|uintptr_t|uint32_t|uint64_t|unsigned|struct|const|tlsf|block|heap|quick|return|sizeof)$/;

/** Is the operator at i one of two operands? (Types before * and & name pointers and casts.) */
function isBinary(tokens, i) {
  const before = tokens[i - 1]?.[0] ?? '';
  if (TYPE.test(before)) return false;
  return ENDS_OPERAND.test(before) && !(before === ')' && TYPE.test(tokens[i - 2]?.[0]));
}

const UNARY = new Set(['!', '~', '++', '--']);

function* operators(tokens) {
  for (const [i, { 0: token, index }] of tokens.entries()) {
    if (!Object.hasOwn(SWAPS, token)) continue;
    if (!UNARY.has(token) && !/=$/.test(token) && !isBinary(tokens, i)) continue;
    for (const to of SWAPS[token]) yield [index, token.length, to];
  }
}

function* constants(tokens) {
  for (const { 0: token, index } of tokens) {
    const [, digits, suffix] = /^(\d+)(ull)?$/.exec(token) ?? [];
    if (digits === undefined) continue;
    const n = Number(digits);
    for (const to of new Set([n + 1, n - 1, 0])) {
      if (to !== n && to >= 0) yield [index, token.length, `${to}${suffix ?? ''}`];
    }
  }
}

/** Where the bracket that opens at i closes. */
function closing(code, i) {
  let depth = 0;
  for (let at = i; at < code.length; at++) {
    if (code[at] === '(') depth++;
    if (code[at] === ')' && --depth === 0) return at;
  }
  throw new Error('a bracket is open');
}

/** The contrary of one operand; of others an operator makes it. */
const negated = (condition) =>
  /[!=<>&|]/.test(condition.replaceAll('->', '')) ? [] : [`(!${condition})`];

function* conditions(code) {
  for (const { 0: text, index } of code.matchAll(/\b(if|while) \(/g)) {
    const open = index + text.length - 1;
    const length = closing(code, open) - open + 1;
    const condition = code.slice(open, open + length);
    for (const to of ['(1)', '(0)', ...negated(condition)]) yield [open, length, to];
  }
  // c ? a : b: c begins after =, return, ( or a comma
  for (const { index, 1: before, 2: condition } of code.matchAll(
    /((?:=|return|,|\()\s+|\()([^=;?(){},]*(?:\([^;?(){}]*\)[^=;?(){},]*)*(?:[=!<>]=[^=;?{}]*)?) \?/g,
  )) {
    for (const to of ['1', '0', ...negated(`(${condition})`)])
      yield [index + before.length, condition.length, to];
  }
}

/** Whole statements that declare nothing. */
function* statements(code) {
  for (const { 0: text, index, 1: lead, 2: statement } of code.matchAll(
    /(\n *(?:if \([^;{]*\) |} else )?)([a-z*(][\w>[\].,*&()!~|^<>=+\-?: %/\n]*;)/g,
  )) {
    const isDeclaration =
      /^(\(void\)|const |static |struct |union |unsigned |size_t |bool |int |void |char |uint\w+ |enum |return\b|for\b|if\b|while\b|typedef |extern |else\b)/.test(
        statement,
      );
    if (isDeclaration || text.includes(') {')) continue;
    yield [index + lead.length, statement.length, ';'];
  }
}

const lineAt = (text, index) => {
  const from = text.lastIndexOf('\n', index - 1) + 1;
  return { number: text.slice(0, from).split('\n').length, from };
};

/** What a mutant is known by wherever its line moves to: what it makes of what,
    and of several alike which. */
function named(mutants) {
  const alike = new Map();
  return mutants.map((mutant) => {
    const change = `${mutant.file}: ${mutant.before} => ${mutant.after}`;
    const nth = (alike.get(change) ?? 0) + 1;
    alike.set(change, nth);
    return { key: nth > 1 ? `${change} (${nth})` : change, ...mutant };
  });
}

/** All mutants of a file: {key, file, line, before, after, source}. */
export function mutantsOf(file, text) {
  const code = blanked(text);
  const tokens = [...code.matchAll(TOKEN)];
  const found = new Map();
  for (const [index, length, to] of [
    ...operators(tokens),
    ...constants(tokens),
    ...conditions(code),
    ...statements(code),
  ]) {
    const source = text.slice(0, index) + to + text.slice(index + length);
    if (found.has(source)) continue;
    const { number, from } = lineAt(text, index);
    const before = text
      .slice(from, text.indexOf('\n', index + length))
      .replace(/\s+/g, ' ')
      .trim();
    const after = source
      .slice(from, source.indexOf('\n', index + to.length))
      .replace(/\s+/g, ' ')
      .trim();
    found.set(source, { file, line: number, before, after, source });
  }
  return named([...found.values()].sort((a, b) => a.line - b.line));
}
