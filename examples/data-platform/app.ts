import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Account } from 'common-kms-key';
import { DataPathStack } from './data-path-stack';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

for (const region of ['eu-central-1', 'eu-west-1']) {
  new DataPathStack(app, `data-path-${region}`, {
    env: { account: '111111111111', region },
    product: 'atlas',
    account: Account.DEV,
  });
}

app.synth();
