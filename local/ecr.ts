import { AwsError } from './aws-error';
import type { Authorization } from './authorization';
import { domainOf, type Caller } from './caller';
import { parsePolicy } from './iam/policy-document';
import { taking, type Operations, type Service } from './service';

interface Repository {
  readonly repositoryArn: string;
  readonly registryId: string;
  readonly repositoryName: string;
  readonly repositoryUri: string;
  readonly createdAt: Date;
  imageTagMutability: string;
  policyText?: string;
  lifecyclePolicyText?: string;
}

interface Named {
  readonly repositoryName: string;
}

/**
 * Amazon Elastic Container Registry, as far as the bootstrap stack of the CDK has a repository; it holds no images.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 */
export class Ecr implements Service {
  public readonly name = 'ecr';

  public readonly operations: Operations = {
    CreateRepository: taking<Named & { imageTagMutability?: string }>(
      'repositoryName imageTagMutability',
      (input, caller) => ({ repository: this.create(input, caller) }),
    ),
    DescribeRepositories: taking<{ repositoryNames: readonly string[] }>(
      'repositoryNames',
      (input, caller) => ({
        repositories: input.repositoryNames.map((name) =>
          this.repository('ecr:DescribeRepositories', name, caller),
        ),
      }),
    ),
    DeleteRepository: taking<Named>('repositoryName force', (input, caller) => {
      const repository = this.repository('ecr:DeleteRepository', input.repositoryName, caller);
      this.repositories.delete(repository.repositoryArn);
      return { repository };
    }),
    PutImageTagMutability: taking<Named & { imageTagMutability: string }>(
      'repositoryName imageTagMutability',
      (input, caller) => {
        const repository = this.repository('ecr:PutImageTagMutability', input.repositoryName, caller);
        repository.imageTagMutability = input.imageTagMutability;
        return input;
      },
    ),
    PutLifecyclePolicy: taking<Named & { lifecyclePolicyText: string }>(
      'repositoryName lifecyclePolicyText',
      (input, caller) => {
        const repository = this.repository('ecr:PutLifecyclePolicy', input.repositoryName, caller);
        repository.lifecyclePolicyText = input.lifecyclePolicyText;
        return input;
      },
    ),
    SetRepositoryPolicy: taking<Named & { policyText: string }>(
      'repositoryName policyText',
      (input, caller) => {
        const repository = this.repository('ecr:SetRepositoryPolicy', input.repositoryName, caller);
        parsePolicy(input.policyText, 'resource');
        repository.policyText = input.policyText;
        return input;
      },
    ),
  };

  /** By ARN, which holds the account and the Region. */
  private readonly repositories = new Map<string, Repository>();

  constructor(private readonly authorization: Authorization) {}

  private create(
    { repositoryName, imageTagMutability = 'MUTABLE' }: Named & { imageTagMutability?: string },
    caller: Caller,
  ): Repository {
    const repositoryArn = arnOf(repositoryName, caller);
    this.authorization.check({ caller, action: 'ecr:CreateRepository', resource: repositoryArn });
    if (this.repositories.has(repositoryArn)) {
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${repositoryName}' already exists in the registry with id '${caller.account}'`,
      );
    }
    const repository: Repository = {
      repositoryArn,
      registryId: caller.account,
      repositoryName,
      repositoryUri: `${caller.account}.dkr.ecr.${caller.region}.${domainOf(caller.partition)}/${repositoryName}`,
      createdAt: new Date(),
      imageTagMutability,
    };
    this.repositories.set(repositoryArn, repository);
    return repository;
  }

  private repository(action: string, name: string, caller: Caller): Repository {
    const arn = arnOf(name, caller);
    this.authorization.check({ caller, action, resource: arn });
    const repository = this.repositories.get(arn);
    if (repository === undefined) {
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${caller.account}'`,
      );
    }
    return repository;
  }
}

function arnOf(name: string, { partition, region, account }: Caller): string {
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}
