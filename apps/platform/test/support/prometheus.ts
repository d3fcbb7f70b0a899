import type { TestPlatform } from '@traffic-tacos/platform/testing';

/** One line of Prometheus text. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function samplesIn(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
      return { name, labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', held = '']) => [key, held])), value: Number(value) };
    });
}

/** The value of one line; 0 where there is none. */
export function valueOf(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number {
  const isAsked = (sample: Sample): boolean => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
  return samples.filter(isAsked).reduce((sum, { value }) => sum + value, 0);
}

/** What the platform tells whoever scrapes it. */
export async function scrape(on: TestPlatform): Promise<readonly Sample[]> {
  const stranger = await on.user('prometheus');
  return samplesIn((await stranger.get('reservation', '/actuator/prometheus')).text);
}

/** Label values that hold one of the ids. */
export const labelsWith = (samples: readonly Sample[], ids: readonly string[]): readonly string[] =>
  samples.flatMap(({ name, labels }) =>
    Object.entries(labels)
      .filter(([, value]) => ids.some((id) => value.includes(id)))
      .map(([label, value]) => `${name}{${label}="${value}"}`),
  );
