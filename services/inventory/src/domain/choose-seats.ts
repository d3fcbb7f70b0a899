import type { EpochMs } from '@traffic-tacos/kernel';

/** A section as the choice of places sees it. */
export interface SectionMap {
  readonly isPool: boolean;
  /** Places that can be had, exact below `enough`: holds that are over are looked for only when the free places do not suffice. */
  placesUpTo(enough: number, now: EpochMs): number;
  /** Where the section's seats begin in catalogue order. */
  readonly firstPosition: number;
  /** The first position from `position` on whose seat can be had, or -1. */
  nextFree(position: number): number;
  seatAt(position: number): number;
}

export type SectionChoice<Section> =
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'sold_out'; readonly mostInOneSection: number };

/** The first section, in the order given, that has all the places: they are never spread over several. */
export function chooseSection<Section extends SectionMap>(
  sections: readonly Section[],
  quantity: number,
  now: EpochMs,
): SectionChoice<Section> {
  let mostInOneSection = 0;
  for (const section of sections) {
    const places = section.placesUpTo(quantity, now);
    if (places >= quantity) return { kind: 'section', section };
    if (places > mostInOneSection) mostInOneSection = places;
  }
  return { kind: 'sold_out', mostInOneSection };
}

/** The first free seats of a section in catalogue order; none for a pool. The section has at least as many. */
export function chooseSeats(section: SectionMap, quantity: number): readonly number[] {
  const seats: number[] = [];
  if (section.isPool) return seats;
  for (let at = section.nextFree(section.firstPosition); at !== -1 && seats.length < quantity; at = section.nextFree(at + 1)) {
    seats.push(section.seatAt(at));
  }
  return seats;
}
