import type { JsonObject } from '../../../lib/audit/template/json';
import type { Handlers, ResourceType } from '../resource-type';

/**
 * A parameter of the SSM Parameter Store.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
 */
export const ssmParameter: ResourceType = {
  properties: { Name: 'replace', Type: 'in-place', Value: 'in-place', Description: 'in-place' },
  required: ['Type', 'Value'],
  identifier: 'Name',
  find: (id, aws) => aws.call('ssm', 'GetParameter', { Name: id }),

  async create(properties, aws, created) {
    const Name = (properties.Name as string | undefined) ?? aws.newName(128);
    await put(Name, properties, false, aws);
    created(Name);
  },

  update: (id, properties, _previous, aws) => put(id, properties, true, aws),

  async delete(id, _properties, aws) {
    await aws.call('ssm', 'DeleteParameter', { Name: id });
  },

  attributes: (_id, properties) =>
    Promise.resolve({ Type: properties.Type as string, Value: properties.Value as string }),
};

async function put(Name: string, properties: JsonObject, Overwrite: boolean, aws: Handlers): Promise<void> {
  const { Type, Value, Description } = properties;
  await aws.call('ssm', 'PutParameter', { Name, Type, Value, Description, Overwrite });
}
