/** The pieces of the symbolic search, each against the tests of the pieces. */
module.exports = require('./part')('search', {
  mutate: ['lib/audit/containment/*.ts', '!lib/audit/containment/{request-space,side,text-kind}.ts'],
  tests: ['test/audit/containment/*.test.ts'],
  slow: ['brute-force'],
});
