import type { Caller } from '../caller';
import type { Cloud } from '../cloud';
import { resolveParameters } from './parameters';
import { pseudoParameters } from './pseudo-parameters';
import { checkCapabilities, checkTypesKept, type SourceInput } from './request';
import { checkRules } from './rules';
import type { Source, Stack } from './stack';
import { parseTemplate, type Template } from './template';

/** Reads what a request deploys: from the request itself, the stack as it is, S3 and the SSM Parameter Store. */
export class SourceReader {
  constructor(private readonly cloud: Cloud) {}

  public async source(input: SourceInput, stack: Stack | undefined, caller: Caller): Promise<Source> {
    const template = await this.template(input, stack, caller);
    checkCapabilities(template, input.Capabilities ?? []);
    checkTypesKept(template, stack);
    const { parameters, given } = await resolveParameters(
      template,
      input.Parameters ?? [],
      stack?.source?.given ?? [],
      (names) => this.ssmParameters(names, caller),
    );
    const stackName = stack?.name ?? input.StackName;
    checkRules(template.rules, { ...parameters, ...pseudoParameters(caller, stackName) });
    return {
      template,
      parameters,
      given,
      tags: input.Tags ?? stack?.source?.tags ?? [],
      roleArn: input.RoleARN,
    };
  }

  public async template(
    { UsePreviousTemplate, TemplateURL, TemplateBody }: SourceInput,
    stack: Stack | undefined,
    caller: Caller,
  ): Promise<Template> {
    if (UsePreviousTemplate === 'true' && stack?.source !== undefined) {
      return stack.source.template;
    }
    if (TemplateURL === undefined) {
      return parseTemplate(TemplateBody ?? '');
    }
    const input = bucketAndKey(TemplateURL);
    const { Body } = await this.cloud.call<{ Body: Buffer }>('s3', 'GetObject', input, caller);
    return parseTemplate(Body.toString());
  }

  private async ssmParameters(Names: readonly string[], caller: Caller): Promise<Record<string, string>> {
    const { Parameters } = await this.cloud.call<{ Parameters: { Name: string; Value: string }[] }>(
      'ssm',
      'GetParameters',
      { Names },
      caller,
    );
    return Object.fromEntries(Parameters.map(({ Name, Value }) => [Name, Value]));
  }
}

/** `https://<bucket>.s3.<Region>.amazonaws.com/<key>`, or the bucket as the first step of the path. */
function bucketAndKey(url: string): { Bucket: string; Key: string } {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const virtual = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  if (virtual !== undefined) {
    return { Bucket: virtual, Key: path };
  }
  const [Bucket, ...rest] = path.split('/');
  return { Bucket, Key: rest.join('/') };
}
