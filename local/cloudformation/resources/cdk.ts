import type { ResourceType } from '../resource-type';

/**
 * What the CDK says about itself; CloudFormation does nothing with it.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/cli-telemetry.html
 */
export const cdkMetadata: ResourceType = {
  properties: { Analytics: 'in-place' },
  required: [],

  create(_properties, aws, created) {
    created(aws.newName(64));
    return Promise.resolve();
  },

  update: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  attributes: () => Promise.resolve({}),
};
