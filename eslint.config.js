import { existsSync, readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import { importX } from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

// Who may import whom. The table is the one in README.md; a folder that is not named may import nothing of ours.
const mayImport = {
  kernel: [],
  domain: ['kernel'],
  processes: ['kernel', 'domain'],
  'event-store': ['kernel'],
  subscriptions: ['kernel', 'event-store', 'platform'],
  notary: ['kernel', 'event-store', 'subscriptions', 'platform'],
  projections: ['kernel', 'domain', 'platform'],
  access: ['kernel'],
  'personal-data': ['kernel', 'platform'],
  application: [
    'kernel',
    'domain',
    'processes',
    'event-store',
    'subscriptions',
    'notary',
    'projections',
    'access',
    'personal-data',
    'platform',
  ],
  platform: [],
};

const folders = (path) =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];

const zones = [
  ...Object.entries(mayImport).map(([lib, allowed]) => ({
    target: `./libs/${lib}`,
    from: './libs',
    except: [lib, ...allowed].map((name) => `./${name}`),
    message: `libs/${lib} may import only: ${allowed.join(', ') || 'nothing of ours'}.`,
  })),
  // Contexts do not know each other, and neither do the read models of two agency kinds.
  ...['domain', 'projections'].flatMap((parent) =>
    folders(`./libs/${parent}`).map((child) => ({
      target: `./libs/${parent}/${child}`,
      from: `./libs/${parent}`,
      except: [...new Set([`./${child}`, ...(parent === 'projections' ? ['./shared'] : [])])],
      message: `Folders of libs/${parent} do not import each other.`,
    })),
  ),
  { target: './libs', from: './apps', message: 'Nobody imports from apps.' },
];
const notFromTest = {
  target: ['./libs', './apps'],
  from: './test',
  message: 'Production code does not import test support.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: './tsconfig.json',
          conditionNames: ['relocation-source', 'import', 'node', 'default'],
        }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...zones, notFromTest] }],
      'import-x/no-unresolved': ['error', { ignore: ['^#.*\\.json$'] }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    // Nest belongs to the wiring: modules, handlers on its buses, and platform.
    files: ['libs/**/*.ts'],
    ignores: ['libs/**/*.module.ts', 'libs/**/*.handler.ts', 'libs/platform/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@nestjs/*'],
              message: '@nestjs only in apps, *.module.ts, *.handler.ts and platform.',
            },
          ],
        },
      ],
    },
  },
  {
    // Pure code: what happens depends on what comes in, never on the clock of the machine or on chance.
    files: ['libs/domain/**/*.ts', 'libs/processes/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes in with the command.' },
        { object: 'Math', property: 'random', message: 'Chance comes in with the command.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time comes in with the command.',
        },
        {
          selector: "CallExpression[callee.property.name='randomUUID']",
          message: 'Chance comes in with the command.',
        },
        { selector: 'ImportDeclaration[source.value=/^node:/]', message: 'Pure code does no I/O.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', '**/testing/**'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
