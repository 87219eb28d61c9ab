import fc from 'fast-check';
import { BlockList } from 'node:net';
import { addressDomain } from '../../../lib/audit/containment/address';
import { addressRange } from '../../../lib/audit/policy/condition-value';
import { conditionOf } from './condition';

const KEY = 'aws:SourceIp';
const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
const range = fc.oneof(ipv4, ipv6).map(([address, prefix]) => `${address}/${prefix}`);

function isIn(text: string, address: string): boolean {
  const [block, one] = [addressRange(text), addressRange(address)];
  if (block === undefined || one === undefined || block.family !== one.family) return false;
  const list = new BlockList();
  list.addSubnet(block.address, block.prefix, block.family);
  return list.check(one.address, one.family);
}

describe('addressDomain', () => {
  test('says what the block lists of the platform say', () => {
    fc.assert(
      fc.property(range, fc.oneof(fc.ipV4(), fc.ipV6()), fc.boolean(), (text, address, negated) => {
        const condition = conditionOf(negated ? 'NotIpAddress' : 'IpAddress', text, KEY);
        const own = text.split('/')[0];
        for (const each of [address, own]) {
          expect(addressDomain([condition]).tests[0](each)).toBe(isIn(text, each) !== negated);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['10.1.1.1', true],
    ['192.168.0.1', true],
    ['172.16.0.1', false],
  ])('takes any one of several ranges for %s: %j', (address, expected) => {
    const { tests } = addressDomain([conditionOf('IpAddress', ['10.0.0.0/8', '192.168.0.0/16'], KEY)]);
    expect(tests[0](address)).toBe(expected);
  });

  test('has a sample for whatever the conditions make of any address', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(range, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
        fc.oneof(fc.ipV4(), fc.ipV6()),
        (lists, address) => {
          const { samples, tests } = addressDomain(lists.map((list) => conditionOf('IpAddress', list, KEY)));
          const nameOf = (text: string): string => tests.map((test) => test(text)).join();
          expect(samples().map(nameOf)).toContain(nameOf(address));
          for (const sample of samples()) expect(addressRange(sample)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ['10.0.0.0/8', ['10.0.0.0', '11.0.0.0', '0.0.0.0', '0:0:0:0:0:0:0:0']],
    ['255.255.255.255', ['255.255.255.255', '0.0.0.0', '0:0:0:0:0:0:0:0']],
    ['0.0.0.0/0', ['0.0.0.0', '0:0:0:0:0:0:0:0']],
    ['::ffff:1.2.3.4', ['0:0:0:0:0:ffff:102:304', '0:0:0:0:0:ffff:102:305', '0:0:0:0:0:0:0:0', '0.0.0.0']],
    ['8000::/1', ['8000:0:0:0:0:0:0:0', '0:0:0:0:0:0:0:0', '0.0.0.0']],
  ])('cuts the addresses where %s begins and ends', (text, expected) => {
    const { samples } = addressDomain([conditionOf('IpAddress', text, KEY)]);
    expect(new Set(samples())).toEqual(new Set(expected));
  });
});
