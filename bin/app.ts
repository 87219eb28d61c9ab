import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { CONFIGURATION_KEY, readConfiguration } from '../lib/app/configuration';
import { stampAccounts } from '../lib/app/stamp-accounts';

// Where each resource was made in the code is of no use for so few of them, and costs time.
const app = new App({ context: { 'aws:cdk:disable-creation-stack-traces': true } });
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new NIST80053R5Checks(app),
  new HIPAASecurityChecks(app),
  new PCIDSS321Checks(app),
);
try {
  stampAccounts(app, readConfiguration(app.node.tryGetContext(CONFIGURATION_KEY)));
  app.synth();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
