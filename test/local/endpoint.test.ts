import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Endpoint } from '../../local/endpoint';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
afterAll(() => endpoint.stop());

test('an access key that is an account number belongs to the administrator of that account', async () => {
  const sts = new STSClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'local' },
  });
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity.Account).toBe('111111111111');
  expect(identity.Arn).toBe('arn:aws:iam::111111111111:user/administrator');
});
