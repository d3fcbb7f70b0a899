/** The command could not do what it was asked for: exit code 1. The message says what is wrong and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
