import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = textOf('README.md');
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** What runs each command that README.md tells people to run: a file, and a text in it that shows that it does. */
const coveredBy: Readonly<Record<string, { readonly file: string; readonly shows: string }>> = {
  'npm ci': { file: '.ci/run', shows: 'npm ci' },
  'npm test': { file: '.ci/run', shows: 'npm test --' },
  'npm run check': { file: '.ci/run', shows: 'npm run --silent check' },
  // As `pretest`, before every run of the tests.
  'npm run build': { file: 'package.json', shows: '"pretest": "npm run build"' },
  'npm start': { file: 'test/e2e/commands.e2e.spec.ts', shows: `runOps(['up']` },
  'npm run demo': { file: 'test/e2e/demo.e2e.spec.ts', shows: `runOps(['demo'])` },
  // Quickly; the compiled program is the one of the script.
  'npm run bench': { file: 'test/e2e/bench.e2e.spec.ts', shows: `await bench();` },
  'npm run drill': { file: 'test/faults/drill.int.spec.ts', shows: `runOps(['drill'])` },
  'npm run ops -- --help': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('--help')` },
  'npm run ops -- config': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('config')` },
  'npm run ops -- token --as board-1280-officer-1': {
    file: 'test/e2e/commands.e2e.spec.ts',
    shows: `ops('token', '--as', 'board-1280-officer-1')`,
  },
  'npm run ops -- token --list': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('token', '--list'` },
  'npm run ops -- stream coordination-national': {
    file: 'test/e2e/commands.e2e.spec.ts',
    shows: `ops('stream', 'coordination-national')`,
  },
  'npm run ops -- map': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('map')` },
  'npm run ops -- matrix': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('matrix')` },
  'npm run ops -- parked list': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('parked', 'list')` },
  'npm run ops -- replay --to head': {
    file: 'test/e2e/commands.e2e.spec.ts',
    shows: `ops('replay', '--to', 'head')`,
  },
  'npm run ops -- rebuild all': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('rebuild', 'all')` },
  'npm run ops -- checkpoint': { file: 'test/e2e/commands.e2e.spec.ts', shows: `runOps(['checkpoint']` },
  'npm run ops -- rotate-keys': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('rotate-keys')` },
  'npm run ops -- erasure list': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('erasure', 'list')` },
  'npm run ops -- erasure due --token-file token.txt': {
    file: 'test/e2e/commands.e2e.spec.ts',
    shows: `ops('erasure', 'due', '--token-file', tokenFile)`,
  },
  'npm run ops -- erasure carry-out': {
    file: 'test/e2e/commands.e2e.spec.ts',
    shows: `ops('erasure', 'carry-out')`,
  },
  'npm run ops -- attack-drill': {
    file: 'test/faults/attack-drill.int.spec.ts',
    shows: `runOps(['attack-drill'])`,
  },
  'npm run ops -- logins': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('logins')` },
  'npm run ops -- verify': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('verify')` },
  'npm run ops -- openapi': { file: 'test/e2e/commands.e2e.spec.ts', shows: `ops('openapi'` },
  // By hand, once per version; `npm test` then reads every file that it ever wrote.
  'WRITE_GOLDEN=1 npm test -- test/contracts/golden': {
    file: 'test/contracts/golden/golden.spec.ts',
    shows: `process.env.WRITE_GOLDEN !== '1'`,
  },
};

/** Every command in a code block or between backticks, without its remark. */
const commandsIn = (markdown: string): string[] => {
  const blocks = [...markdown.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
  const spans = [...markdown.replace(/```[^]*?```/g, '').matchAll(/`([^`]+)`/g)]
    .map(([, span]) => span!)
    .filter((span) => /(^|\s)(npm|npx|node)\s/.test(span));
  const commands = [...blocks, ...spans].flatMap((line) => line.replace(/\s#.*$/, '').split('&&'));
  return [...new Set(commands.map((command) => command.trim()).filter(Boolean))].sort();
};

const readmes = (folder = root): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'data', 'coverage', '.git'].includes(entry.name)
        ? []
        : readmes(join(folder, entry.name));
    return entry.name === 'README.md' ? [join(folder, entry.name)] : [];
  });

/** Rows of the folder table: folder and what it may import. */
const folderTable = new Map(
  [...readme.matchAll(/^\| `([^`]+)`\s*\|[^|]*\|([^|]*)\|$/gm)].map(([, folder, may]) => [
    folder!.replace('/*', ''),
    may!.trim(),
  ]),
);
const foldersOf = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

describe('README.md', () => {
  it('names no command that nothing runs, and the table knows no other', () => {
    expect(commandsIn(readme)).toEqual(Object.keys(coveredBy).sort());
  });

  it.each(Object.entries(coveredBy))('%s is run', (_command, { file, shows }) => {
    expect(textOf(file)).toContain(shows);
  });

  it('shows requests in one block, which is run whole as it stands', () => {
    expect(readme.match(/^```\w+$/gm)?.filter((fence) => fence !== '```sh')).toEqual(['```bash']);
    expect(textOf('test/e2e/commands.e2e.spec.ts')).toContain(`/\`\`\`bash`);
  });

  it('names only scripts that exist, and the ones for tools run the compiled program that the tests run', () => {
    const named = commandsIn(readme).flatMap(
      (command) => /npm run (?:--\w+ )?([\w:]+)/.exec(command)?.[1] ?? [],
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(scripts).toMatchObject({
      start: 'node dist/apps/ops/main.js up',
      ops: 'node dist/apps/ops/main.js',
      demo: 'node dist/apps/ops/main.js demo',
      bench: 'node dist/apps/bench/main.js',
      drill: 'node dist/apps/ops/main.js drill',
    });
    expect(textOf('test/support/child.ts')).toContain("'../../dist/apps/ops/main.js'");
  });

  it('has a table of folders with every app and every lib', () => {
    const there = [
      ...foldersOf('apps').map((name) => `apps/${name}`),
      ...foldersOf('libs').map((name) => `libs/${name}`),
      'test',
    ];
    expect([...folderTable.keys()].sort()).toEqual(there.sort());
  });

  it('says of each lib what lint lets it import', () => {
    const [, table] = /const mayImport = (\{[^]*?\n\});/.exec(textOf('eslint.config.js'))!;
    const mayImport = runInNewContext(`(${table})`) as Record<string, string[]>;
    const libs = Object.keys(mayImport);
    const meant = (lib: string, cell: string): string[] => {
      if (cell === 'nothing of ours') return [];
      if (cell === 'all other libs') return libs.filter((other) => other !== lib);
      return cell.split(', ');
    };
    const said = [...folderTable]
      .filter(([folder]) => folder.startsWith('libs/'))
      .map(([folder, cell]) => [folder.slice(5), meant(folder.slice(5), cell).sort()]);
    const linted = Object.entries(mayImport).map(([lib, allowed]) => [lib, [...allowed].sort()]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(linted));
  });

  it('names only files that exist', () => {
    const paths = [...readme.matchAll(/`((?:apps|libs|test)\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('Every README', () => {
  it('is there for each lib and each context', () => {
    const folders = [
      ...foldersOf('libs').map((name) => `libs/${name}`),
      ...foldersOf('libs/domain').map((name) => `libs/domain/${name}`),
    ];
    expect(folders.filter((folder) => !existsSync(join(root, folder, 'README.md')))).toEqual([]);
  });

  it('links only to what is there', () => {
    const broken = readmes().flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target!.replace(/#.*$/, ''))
        .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(dirname(file), target)))
        .map((target) => `${relative(root, file)}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
