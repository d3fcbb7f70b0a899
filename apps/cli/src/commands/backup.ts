import { resolve } from 'node:path';
import { layoutOf } from '@traffic-tacos/platform';
import { backupApart, backupService } from '../beside/copy-apart.ts';
import { copyOut } from '../beside/copy-directory.ts';
import { CommandFailed } from '../command-failed.ts';
import { shellWord } from '../config/as-typed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, grouped, say } from '../terminal/say.ts';

/** `tacos backup DIR`: copies history, journal and keys, beside a running platform or without one; where services run apart, those of all of them while none runs. */
export async function backup(directory: string): Promise<number> {
  const { dataDir } = settingsOfEnvironment();
  const source = resolve(dataDir);
  const layout = await layoutOf(dataDir);
  switch (layout.kind) {
    case 'empty':
      throw new CommandFailed(`There is nothing to back up: ${source} holds no journal. TACOS_DATA_DIR names the directory.`);
    case 'together': {
      const report = await copyOut(dataDir, directory);
      const copied = `${counted(report.files, 'journal file')}, ${grouped(report.bytes)} bytes`;
      say(`Backed up ${source} to ${resolve(directory)}: ${copied}, checked through group ${report.lastSequence}, and the keys.`);
      break;
    }
    case 'separate':
      for (const line of await backupApart(dataDir, directory)) say(line);
      break;
    case 'service':
      for (const line of await backupService(dataDir, layout.service, directory)) say(line);
      break;
  }
  say('Whoever has it can sign as anybody: keep it as safe as the data itself.');
  say(wayBack(source, resolve(directory)));
  return 0;
}

function wayBack(source: string, backup: string): string {
  const here = shellWord(source);
  const restore = `TACOS_DATA_DIR=${here} npx tacos restore ${shellWord(backup)}`;
  return `To bring it back where it was, with the platform stopped: mv ${here} ${here}.before && ${restore} · 백업했습니다. 복원할 때 이 명령을 쓰세요.`;
}
