/**
 * The configuration of one part of the mutation run: changes to some sources that some tests must notice.
 *
 * The parts keep the tests of a mutant few. Left out are tests that are too slow to be run for every mutant:
 * `slow` names them by parts of their paths.
 *
 * @returns {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
module.exports = (name, { mutate, tests, slow = [] }) => ({
  mutate,
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    config: {
      globalSetup: null,
      globalTeardown: null,
      testEnvironment: 'node',
      testMatch: tests.map((path) => `<rootDir>/${path}`),
      testPathIgnorePatterns: ['/node_modules/', ...slow],
      transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
    },
  },
  coverageAnalysis: 'perTest',
  // The checks of the compiler are off in the tests anyway, and the table of KMS is compared with its source.
  disableTypeChecks: false,
  concurrency: 4,
  timeoutMS: 4000,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  thresholds: { high: 100, low: 100, break: 100 },
  tempDirName: `dist/mutation-${name}`,
  ignorePatterns: ['cdk.out', 'dist', 'docs', 'examples', 'local'],
});
