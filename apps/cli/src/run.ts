import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { rightUsageOf } from './right-usage.ts';
import { say } from './terminal/say.ts';
import { SettingsRefused, WrongUsage } from './wrong-usage.ts';

const WRONG_USAGE = 2;

/** Runs one command and answers its exit code: 0 done, 1 failed or a check is red, 2 wrong usage. */
export async function run(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(asOptions(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    // The library has said already what is wrong.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError || (error instanceof WrongUsage && !(error instanceof SettingsRefused))) {
      if (error instanceof WrongUsage) say(error.message);
      say(rightUsageOf(words, error.message));
      return WRONG_USAGE;
    }
    const { describeFailure } = await import('./describe-failure.ts');
    const failure = await describeFailure(error);
    say(failure.text);
    return failure.exitCode;
  }
}

/** What other programs take for help and version, as the options that ours are: `help`, `help queue`, `-v`. */
function asOptions(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === 'help') return [...rest, '--help'];
  return first === '-v' && rest.length === 0 ? ['--version'] : words;
}
