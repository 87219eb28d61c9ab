import type { JsonObject } from '../../../lib/audit/template/json';
import { acceptOnly, same, type Handlers, type ResourceType } from '../resource-type';

/**
 * A repository of container images.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
 */
export const ecrRepository: ResourceType = {
  properties: {
    ImageTagMutability: 'in-place',
    LifecyclePolicy: 'in-place',
    RepositoryName: 'replace',
    RepositoryPolicyText: 'in-place',
  },
  required: [],
  identifier: 'RepositoryName',
  find: (id, aws) => aws.call('ecr', 'DescribeRepositories', { repositoryNames: [id] }),

  async create(properties, aws, created) {
    const repositoryName =
      (properties.RepositoryName as string | undefined) ?? aws.newName(256).toLowerCase();
    await aws.call('ecr', 'CreateRepository', {
      repositoryName,
      imageTagMutability: properties.ImageTagMutability,
    });
    created(repositoryName);
    await put(repositoryName, properties, {}, aws);
  },

  async update(id, properties, previous, aws) {
    if (!same(properties.ImageTagMutability, previous.ImageTagMutability)) {
      await aws.call('ecr', 'PutImageTagMutability', {
        repositoryName: id,
        imageTagMutability: properties.ImageTagMutability ?? 'MUTABLE',
      });
    }
    await put(id, properties, previous, aws);
  },

  async delete(id, _properties, aws) {
    await aws.call('ecr', 'DeleteRepository', { repositoryName: id });
  },

  attributes: (id, _properties, { caller }) =>
    Promise.resolve({
      Arn: `arn:${caller.partition}:ecr:${caller.region}:${caller.account}:repository/${id}`,
      RepositoryUri: `${caller.account}.dkr.ecr.${caller.region}.amazonaws.com/${id}`,
    }),
};

async function put(
  repositoryName: string,
  next: JsonObject,
  previous: JsonObject,
  aws: Handlers,
): Promise<void> {
  if (next.LifecyclePolicy !== undefined && !same(next.LifecyclePolicy, previous.LifecyclePolicy)) {
    const lifecycle = next.LifecyclePolicy as JsonObject;
    acceptOnly('LifecyclePolicy', lifecycle, ['LifecyclePolicyText']);
    await aws.call('ecr', 'PutLifecyclePolicy', {
      repositoryName,
      lifecyclePolicyText: lifecycle.LifecyclePolicyText,
    });
  }
  if (
    next.RepositoryPolicyText !== undefined &&
    !same(next.RepositoryPolicyText, previous.RepositoryPolicyText)
  ) {
    await aws.call('ecr', 'SetRepositoryPolicy', {
      repositoryName,
      policyText: JSON.stringify(next.RepositoryPolicyText),
    });
  }
}
