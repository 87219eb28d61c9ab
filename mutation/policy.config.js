/** The parser and the evaluator. */
module.exports = require('./part')('policy', {
  mutate: ['lib/audit/policy/*.ts', '!lib/audit/policy/kms-service-table.ts'],
  tests: ['test/audit/policy/*.test.ts'],
  slow: ['-laws'],
});
