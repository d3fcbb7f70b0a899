import type { JournalDamaged } from '@traffic-tacos/journal';

/** The ways back from damage, as commands. */
export function damageAdvice({ cut }: Pick<JournalDamaged, 'cut'>): string {
  const restore = 'The way back: move the data directory away, then npx tacos restore DIR with the newest backup.';
  if (cut === undefined) return restore;
  return `${restore} Without a backup, and knowing that everything after that place is gone: npx tacos up --cut ${cut.file}:${cut.position}`;
}
