/** One configuration for all sizes of test; the suffix tells the size (.spec, .int.spec, .e2e.spec). */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['relocation-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  // For what hangs, and for nothing else: CI has two slow cores, on which suites run beside each other.
  testTimeout: 300_000,
  // One more than the smallest machine has cores: tests wait for processes of their own a third of the time.
  maxWorkers: 3,
};
