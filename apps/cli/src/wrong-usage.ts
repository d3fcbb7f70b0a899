/** The command was called wrongly, or with settings that contradict each other: exit code 2. The message is for the person who called it. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
