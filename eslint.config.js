// SPDX-License-Identifier: MIT OR Apache-2.0
import js from '@eslint/js';

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const EVERYWHERE = readonly(
  'WebAssembly',
  'URL',
  'TextDecoder',
  'TextEncoder',
  'atob',
  'btoa',
  'fetch',
  'performance',
);
const NODE = readonly(
  'Blob',
  'Buffer',
  'Response',
  'Worker',
  'console',
  'process',
  'clearInterval',
  'clearTimeout',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
);

const PAGE = readonly(
  'CompressionStream',
  'DecompressionStream',
  'ImageData',
  'URLSearchParams',
  'addEventListener',
  'devicePixelRatio',
  'document',
  'getComputedStyle',
  'history',
  'location',
  'matchMedia',
  'navigator',
  'requestAnimationFrame',
  'window',
);

export default [
  { ignores: ['dist/', 'build/', 'node_modules/', '**/*.ts'] },
  js.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'module',
      globals: { ...EVERYWHERE, ...NODE },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-implicit-coercion': 'error',
      'no-shadow': 'error',
      'no-throw-literal': 'error',
      'no-unused-vars': [
        'error',
        { args: 'all', argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      'no-useless-concat': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
  { files: ['web/page/**', 'test/picture/drive.js'], languageOptions: { globals: PAGE } },
  {
    // What is published runs in browsers too: nothing of Node.js by name.
    files: ['js/**'],
    languageOptions: {
      globals: Object.fromEntries(Object.keys(NODE).map((name) => [name, 'off'])),
    },
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
];
