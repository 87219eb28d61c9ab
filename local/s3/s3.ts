import type { Authorization } from '../authorization';
import type { Caller } from '../caller';
import type { Cloud } from '../cloud';
import type { Principals } from '../iam/principals';
import type { Operations, RestRequest, RestResponse, RestService } from '../service';
import { bucketOperations } from './bucket-operations';
import { Desk } from './desk';
import { objectOperations } from './object-operations';
import { answerRest } from './rest';
import { ServerSideEncryption } from './server-side-encryption';

/**
 * Amazon S3: buckets, their policies and objects, encrypted at rest by S3 or through KMS.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export class S3 implements RestService {
  public readonly name = 's3';
  public readonly operations: Operations;

  constructor(
    private readonly cloud: Cloud,
    principals: Principals,
    authorization: Authorization,
  ) {
    const desk = new Desk(authorization);
    this.operations = {
      ...bucketOperations(desk, principals),
      ...objectOperations(desk, new ServerSideEncryption(cloud)),
    };
  }

  public rest(request: RestRequest, caller: Caller): Promise<RestResponse> {
    return answerRest(request, (operation, input) => this.cloud.call('s3', operation, input, caller));
  }
}
