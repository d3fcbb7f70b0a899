import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { neutralEnvironment } from './tacos.ts';

const PASTED_WITHIN_MS = 60_000;

/** The commands that are printed to be pasted: the lines between the sentence about pasting and the one about Ctrl-C. */
export function pasteable(welcome: string): readonly string[] {
  const lines = welcome.split('\n');
  const from = lines.findIndex((line) => line.includes('붙여 넣으면'));
  const to = lines.findIndex((line) => line.includes('Ctrl-C'));
  return lines.slice(from + 1, to).filter((line) => line !== '');
}

/** What they print in a terminal. Throws where one fails. */
export const paste = (lines: readonly string[]): string =>
  execFileSync('bash', ['-euc', lines.join('\n')], { encoding: 'utf8', env: neutralEnvironment(), timeout: PASTED_WITHIN_MS, stdio: ['ignore', 'pipe', 'pipe'] });

const GUIDES = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'guides');

/** The lines that a guide has people paste, for the platform at an address: those of the block below its mark. */
export function pasteableIn(guide: string, gateway: string): readonly string[] {
  const [, block = ''] = /^<!-- paste -->\n```sh\n([^]*?)\n```$/m.exec(readFileSync(join(GUIDES, guide), 'utf8')) ?? [];
  return block.replaceAll('http://127.0.0.1:8000', gateway).split('\n');
}
