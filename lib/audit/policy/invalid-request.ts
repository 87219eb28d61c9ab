/** A request that AWS could never receive: what a user asked about is misspelt or contradicts itself. */
export class InvalidRequest extends Error {
  public override readonly name = 'InvalidRequest';
}
