export {
  accessFromOutside,
  accessUnder,
  compareBothWays,
  deadStatements,
  keeps,
  type DeadStatement,
} from './access-questions';
export { ask, type Answer, type DecidingStatement } from './ask';
export { answerText } from './ask-text';
export {
  Comparison,
  compare,
  type Containment,
  type Environment,
  type Options,
  type Part,
  type Rises,
  type Witness,
} from './contain';
export type { Change } from './diff/change';
export { compareVersions, type Difference, type Selection } from './diff/difference';
export { markdownReport } from './diff/markdown-report';
export { reportOf, type Judgement, type Report } from './diff/report';
export { decideAccess, type Access, type Call } from './policy/access';
export type { Condition } from './policy/condition';
export { parseIdentityPolicy, parsePolicy, type Policy, type Statement } from './policy/document';
export { evaluate, type Decision } from './policy/evaluate';
export { InvalidPolicy } from './policy/invalid-policy';
export { InvalidRequest } from './policy/invalid-request';
export { parsePrincipal, type Principal } from './policy/principal';
export type { PrincipalPattern } from './policy/principal-pattern';
export type { Level, Request } from './policy/request';
export type { Acceptance } from './acceptance';
export { check, type Checked, type CheckFinding } from './check/check';
export type { Expectations, ExpectedRoles } from './check/expectations';
export type { Finding, FindingRule, Severity } from './finding';
export { KmsValidationPlugin } from './validation-plugin';
export { Inventory } from './template/inventory';
export { openSource, type Source } from './template/source';
