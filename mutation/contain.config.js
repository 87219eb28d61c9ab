/** What puts the pieces of the search together, against the answers that come out. */
module.exports = require('./part')('contain', {
  mutate: ['lib/audit/contain.ts', 'lib/audit/containment/{request-space,side,text-kind}.ts'],
  tests: ['test/audit/contain.test.ts'],
});
