/** The command was called wrongly: exit code 2. The message is for the person who called it. */
export class WrongUsage extends Error {
  override readonly name: string = 'WrongUsage';
}

/** The words were right and the settings are not: exit code 2 too. */
export class SettingsRefused extends WrongUsage {
  override readonly name = 'SettingsRefused';
}
