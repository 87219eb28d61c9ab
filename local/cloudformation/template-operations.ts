import { taking, type Operations } from '../service';
import { summarize } from './description';
import type { Desk } from './desk';
import type { SourceInput, StackRef } from './request';
import type { SourceReader } from './source-reader';
import { parseTemplate } from './template';

/**
 * Templates: of a stack or a change set, or not deployed yet.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
 */
export function templateOperations(desk: Desk, reader: SourceReader): Operations {
  return {
    GetTemplate: taking<StackRef & { ChangeSetName?: string }>(
      'StackName ChangeSetName TemplateStage',
      ({ StackName, ChangeSetName }, caller) => {
        const { source } =
          ChangeSetName === undefined
            ? desk.stack('GetTemplate', StackName, caller)
            : desk.changeSet('GetTemplate', { StackName, ChangeSetName }, caller);
        return { TemplateBody: source?.template.body ?? '{}', StagesAvailable: ['Original', 'Processed'] };
      },
    ),
    GetTemplateSummary: taking<Partial<SourceInput>>(
      'StackName TemplateBody TemplateURL',
      async (input, caller) => {
        if (input.StackName !== undefined) {
          const { source } = desk.stack('GetTemplateSummary', input.StackName, caller);
          return summarize(source?.template ?? parseTemplate('{}'));
        }
        desk.check('GetTemplateSummary', '*', caller);
        return summarize(await reader.template(input as SourceInput, undefined, caller));
      },
    ),
    ValidateTemplate: taking<SourceInput>('TemplateBody TemplateURL', async (input, caller) => {
      desk.check('ValidateTemplate', '*', caller);
      return summarize(await reader.template(input, undefined, caller));
    }),
  };
}
