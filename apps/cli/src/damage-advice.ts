import { resolve } from 'node:path';
import type { JournalDamaged } from '@traffic-tacos/journal';
import { asTyped, shellWord } from './config/as-typed.ts';

type AsTyped = (command: string) => string;

/** The ways back from damage, as commands. */
export const damageAdvice = (damage: Pick<JournalDamaged, 'cut'>, dataDir: string): string => `${restoreAdvice(asTyped, dataDir)}${cutAdvice(damage, asTyped)}`;

/** How to bring the newest backup back in the place of what is there. */
export function restoreAdvice(typed: AsTyped, dataDir: string): string {
  const directory = shellWord(resolve(dataDir));
  return `The way back: mv ${directory} ${directory}.damaged, then ${typed('npx tacos restore DIR')} with the newest backup.`;
}

/** How to give up what comes after the damage; empty where nothing before it could be kept. */
export function cutAdvice({ cut }: Pick<JournalDamaged, 'cut'>, typed: AsTyped): string {
  if (cut === undefined) return '';
  return ` Without a backup, and knowing that everything after that place is gone: ${typed(`npx tacos up --cut ${cut.file}:${cut.position}`)}`;
}
