/** The partitions of AWS beside `aws`: how the names of their Regions begin, their own name, and what their URLs end in. */
export const OTHER_PARTITIONS: readonly (readonly [prefix: string, partition: string, urlSuffix: string])[] =
  [
    ['cn-', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
    ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
    ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov'],
    ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk'],
    ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
    ['eusc-', 'aws-eusc', 'amazonaws.eu'],
  ];
