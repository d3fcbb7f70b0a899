import { chooseSeats, chooseSection } from '../../domain/choose-seats.ts';
import { judge, judgeRepeat } from '../../domain/judge.ts';

/** The rules that the deciders ask; tests plant bugs here. */
export interface Rules {
  readonly judge: typeof judge;
  readonly judgeRepeat: typeof judgeRepeat;
  readonly chooseSection: typeof chooseSection;
  readonly chooseSeats: typeof chooseSeats;
}

export const RULES: Rules = { judge, judgeRepeat, chooseSection, chooseSeats };
