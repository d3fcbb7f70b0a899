import type { EpochMs } from '@traffic-tacos/kernel';
import { chooseSeats, type SectionMap } from '../../domain/choose-seats.ts';
import { judge, judgeRepeat } from '../../domain/judge.ts';

/** The rules that the deciders ask; tests plant bugs here. */
export interface Rules {
  readonly judge: typeof judge;
  readonly judgeRepeat: typeof judgeRepeat;
  /** The places of a section that can be had, exact below `enough`. */
  readonly placesIn: (section: SectionMap, enough: number, now: EpochMs) => number;
  readonly chooseSeats: typeof chooseSeats;
}

export const RULES: Rules = { judge, judgeRepeat, placesIn: (section, enough, now) => section.placesUpTo(enough, now), chooseSeats };
