// SPDX-License-Identifier: MIT OR Apache-2.0
// Real programs that put an allocator to work: their own tests, or something
// that they print and write. A workload's work, given {run(command, args,
// options), env, directory} with an empty directory, returns all that must be
// the same on every allocator.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { packageRoot } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';
import { BUILDS } from '../../tools/builds.js';
import { amount } from '../support/tier.js';

const works = (command, args) => spawnSync(command, args).status === 0;
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Every file below a directory, by name and content. */
const hashes = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((path) => `${path.slice(directory.length)} ${sha(readFileSync(path))}`);

// Debian's own python3: a python of another origin lacks the tests.
const python = ['/usr/bin/python3', 'python3'].find((command) =>
  works(command, ['-c', 'import test.test_list']),
);

const SOME = 'list dict struct collections generators memoryview copy';
const LONG =
  're sort array xml_etree json set bytes deque threading pickle decimal zlib gc weakref itertools long ast compile email csv ctypes bz2 lzma unicode descr exceptions';
const PYTHON_TESTS = amount(SOME, SOME, `${SOME} ${LONG}`).split(' ');

const PERL = `
use Pod::Text; use B::Deparse;
for my $directory (sort grep { -d } @INC) {
  for my $file (sort glob "$directory/{Test,File,Unicode}/*.{pod,pm}") {
    my $text = ''; my $pod = Pod::Text->new; $pod->output_string(\\$text);
    $pod->parse_file($file);
    my %words; $words{lc $1}++ while $text =~ /(\\w+)/g;
    my @top = sort { $words{$b} <=> $words{$a} or $a cmp $b } keys %words;
    print length $text, ' ', unpack('%32C*', $text), " @top[0 .. 4]\\n" if @top > 5;
  }
}
my $deparse = B::Deparse->new;
print $deparse->coderef2text(\\&$_) for map { "Pod::Simple::$_" } sort grep { defined &{"Pod::Simple::$_"} } keys %Pod::Simple::;
`;

const GIT = `
git init -q -b main .
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
  mkdir -p d$((n % 5))
  for k in 1 2 3 4 5 6 7 8 9; do seq $n $k $((n * k * 37)) > d$((n % 5))/f$k; done
  git add -A
  git commit -q -m "commit $n"
done
git checkout -q -b side HEAD~5 && seq 5000 > new && git add new && git commit -q -m side
git merge -q -m merged main
git log --stat -p | git hash-object --stdin
git blame d1/f3 | git hash-object --stdin
git gc -q --aggressive --prune=now
git fsck --full --strict
git clone -q --no-local . copy
cd copy && git log --oneline && git count-objects -v && git rev-list --objects --all | sort
`;

const CPP = `
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <vector>
int main() {
    std::map<std::string, std::vector<int>> words;
    std::regex word("[a-z]+([0-9]*)");
    for (std::string line; std::getline(std::cin, line);)
        for (std::sregex_iterator i(line.begin(), line.end(), word), end; i != end; ++i)
            words[i->str()].push_back(std::stoi("0" + i->str(1)));
    for (auto &[text, numbers] : words) std::cout << text << numbers.size();
}
`;

const SCRIPT = join(root, 'test', 'programs', 'sqlite.sql');

const PAGE = `<!doctype html><title>page</title><style>p { float: left; margin: 3px }</style><body><script>
const send = (body) => fetch('/result', { method: 'POST', body });
onerror = send;
const heights = [];
for (let i = 0; i < 2000; i++) {
  const p = document.createElement('p');
  p.innerHTML = '<b>' + i * i + '</b> <i>' + 'word '.repeat(i % 50) + '</i>';
  p.style.width = i % 400 + 'px';
  document.body.append(p);
  if (i % 40 === 0) heights.push(p.getBoundingClientRect().top);
  if (i % 3 === 0) document.body.children[i % 40 + 1]?.remove();
}
const table = new Map(Array.from({ length: 50000 }, (_, i) => ['key' + i * 7919 % 50000, { i }]));
const text = JSON.stringify([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
const buffers = Array.from({ length: 300 }, (_, i) => new Uint8Array(i * 999).fill(i));
const sum = buffers.reduce((total, bytes) => total + bytes.reduce((a, b) => a + b, 0), 0);
const lines = [document.querySelectorAll('p').length, heights.join(), text.length, sum, document.body.innerText.length];
send(lines.join('\\n'));
</script>`;

/** Serves PAGE to a browser; what the page sends when it is done. */
async function visit(env) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html').end(request.method === 'GET' && PAGE);
    if (request.method === 'POST')
      request.setEncoding('utf8').on('data', (text) => server.emit('result', text));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const browser = spawn('cog', ['--platform=headless', url], { env, stdio: 'ignore' });
  const end = once(browser, 'exit').then(([code, signal]) => [
    `the browser ended by ${code ?? signal}`,
  ]);
  const late = setTimeout(() => browser.kill(), 60000);
  const [result] = await Promise.race([once(server, 'result'), end]);
  clearTimeout(late);
  browser.kill();
  await end;
  server.close();
  server.closeAllConnections();
  return result;
}

/**
 * Each: what it needs, the process that must have been served, how much at
 * least, and its work, which gives `atLeast` lines.
 */
export const WORKLOADS = {
  python: {
    missing: !python && 'Debian: apt-get install python3 libpython3.11-testsuite',
    process: 'python3',
    heavy: true,
    floor: 2e6,
    async work({ run }) {
      const tests = PYTHON_TESTS.map((name) => `test_${name}`);
      const env = { PYTHONMALLOC: 'malloc', PYTHONHASHSEED: '0' };
      const { status, stdout, stderr } = await run(python, ['-m', 'test', '-v', ...tests], { env });
      return [
        status,
        ...`${stdout}${stderr}`.match(/^.* \.\.\. (ok|FAIL|ERROR|skipped.*|expected failure)$/gm),
      ];
    },
    atLeast: 500,
  },
  perl: {
    missing: !works('perl', ['-MPod::Text', '-e', '1']) && 'Debian: apt-get install perl',
    process: 'perl',
    floor: 1e6,
    async work({ run }) {
      const { status, stdout, stderr } = await run('perl', ['-e', PERL], {
        env: { PERL_HASH_SEED: '0' },
      });
      return [status, stderr, ...stdout.split('\n')];
    },
    atLeast: 100,
  },
  git: {
    missing: !works('git', ['--version']) && 'Debian: apt-get install git',
    process: 'git',
    heavy: amount(true, false),
    floor: 5e4,
    async work({ run }) {
      const who = ['AUTHOR', 'COMMITTER'].map((role) => [
        [`GIT_${role}_NAME`, 'A'],
        [`GIT_${role}_EMAIL`, 'a@example.org'],
        [`GIT_${role}_DATE`, '1700000000 +0000'],
      ]);
      const env = {
        ...Object.fromEntries(who.flat()),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
      };
      const { status, stdout, stderr } = await run('sh', ['-ec', GIT], { env });
      return [status, stderr, ...stdout.split('\n')];
    },
    atLeast: 100,
  },
  gcc: {
    missing: !works('gcc', ['--version']) && 'Debian: apt-get install gcc',
    process: 'cc1',
    heavy: true,
    floor: 1e5,
    async work({ run, directory }) {
      const library = join(packageRoot('tree-sitter'), 'vendor', 'tree-sitter', 'lib');
      const args = ['-O1', '-c', `-I${library}/include`, `-I${library}/src`];
      const sources = [`${library}/src/language.c`, join(root, BUILDS.core.source)];
      const built = await run('gcc', [...args, ...sources]);
      return [built, ...hashes(directory)];
    },
    atLeast: 3,
  },
  'g++': {
    missing: !works('g++', ['--version']) && 'Debian: apt-get install g++',
    process: 'cc1plus',
    heavy: true,
    floor: 1e6,
    async work({ run, directory }) {
      const built = await run('g++', ['-x', 'c++', '-', '-o', 'program'], { input: CPP });
      const program = hashes(directory);
      const input = readFileSync(join(root, 'test', 'support', 'model.js'));
      return [built, program, await run(join(directory, 'program'), [], { input })];
    },
    atLeast: 3,
  },
  sqlite: {
    missing: !works('sqlite3', ['--version']) && 'Debian: apt-get install sqlite3',
    process: 'sqlite3',
    heavy: amount(true, false),
    floor: 1e5,
    async work({ run, directory }) {
      const ran = await run('sqlite3', ['x.db'], { input: readFileSync(SCRIPT) });
      const dumped = await run('sqlite3', ['x.db', '.dump', 'PRAGMA integrity_check'], {});
      return [ran, dumped.status, sha(dumped.stdout), dumped.stdout.length, hashes(directory)];
    },
    atLeast: 5,
  },
  node: {
    missing: false,
    process: 'node',
    heavy: true,
    floor: 1e5,
    async work({ run, directory }) {
      const tsc = join(packageRoot('typescript'), 'lib', 'tsc.js');
      const options =
        '--outDir out --allowJs --declaration --sourceMap --target es2022 --module nodenext --skipLibCheck'.split(
          ' ',
        );
      const built = await run(process.execPath, [
        tsc,
        ...options,
        join(root, 'js/index.js'),
        join(root, 'tools/main.js'),
      ]);
      return [built, ...hashes(directory)];
    },
    atLeast: 10,
  },
  webkit: {
    missing:
      !works('cog', ['--version']) &&
      "a browser on the system's malloc: WPE WebKit (Debian: apt-get install cog)",
    process: 'WPEWebProcess',
    heavy: amount(true, false),
    floor: 1e6,
    work: async ({ env }) => (await visit({ ...env, Malloc: '1' })).split('\n'),
    atLeast: 5,
  },
};
