/**
 * How far the IAM policies of the key's own account may decide about the key.
 *
 * The roles that the key policy names are a separate idea: they have their access at every level.
 * At every level the account can recover the key: describe it, read and put its policy, and cancel
 * its deletion.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export enum AccountTrust {
  /** IAM policies may grant everything, as in the default key policy of AWS. */
  EVERYTHING = 'everything',

  /** IAM policies may grant cryptographic use, and grants made by AWS services; never administration. */
  USE = 'use',

  /** IAM policies may grant the same as `USE`, but only for requests that an AWS service makes on the caller's behalf. */
  VIA_SERVICES = 'via-services',

  /** IAM policies may grant nothing but the recovery of the key. */
  RECOVERY = 'recovery',
}
