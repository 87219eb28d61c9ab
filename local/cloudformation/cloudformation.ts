import type { Authorization } from '../authorization';
import type { Cloud } from '../cloud';
import type { Operations, Service } from '../service';
import type { Sts } from '../sts';
import { changeSetOperations } from './change-set-operations';
import { descriptionOperations } from './description-operations';
import { Desk } from './desk';
import { SourceReader } from './source-reader';
import { stackOperations } from './stack-operations';
import { templateOperations } from './template-operations';

/**
 * AWS CloudFormation: stacks and change sets.
 *
 * AWS answers a request at once and works on. So does this, but for a moment's wait: most operations
 * here end within milliseconds, and whoever asks next finds them finished.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
export class CloudFormation implements Service {
  public readonly name = 'cloudformation';
  public readonly operations: Operations;

  /** @param pace milliseconds that every resource takes to be made, changed or deleted */
  constructor(cloud: Cloud, sts: Sts, authorization: Authorization, pace: () => number) {
    const desk = new Desk(cloud, sts, authorization, pace);
    const reader = new SourceReader(cloud);
    this.operations = {
      ...stackOperations(desk, reader),
      ...changeSetOperations(desk, reader),
      ...descriptionOperations(desk),
      ...templateOperations(desk, reader),
    };
  }
}
