/**
 * Says what is wrong with what was handed in, in words for the person who wrote it.
 *
 * A command prints the message alone and ends with the exit code for bad input; every other error
 * is a defect of this program.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
