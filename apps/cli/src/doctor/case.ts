import type { PlatformSettings } from '@traffic-tacos/kit';

/** What the doctor looks at, and how it speaks of it. */
export interface Case {
  readonly settings: PlatformSettings;
  /** The clone that this command comes from. */
  readonly root: string;
  /** The wall clock, in ms. */
  wallMs(): number;
  /** A command of ours, to be typed: with the data directory in front where it was given. */
  asTyped(command: string): string;
}
