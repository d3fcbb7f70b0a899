import type { EventPlan } from '../../domain/event-plan.ts';
import { FREE } from '../../domain/seat-state.ts';
import type { SectionState } from './section-state.ts';

/** What the publication shows, as it stands for decisions. */
export interface Published {
  readonly plan: EventPlan;
  readonly publicVersion: number;
  readonly sections: readonly SectionState[];
  readonly seats: { readonly states: Uint8Array };
}

/** Told when an event has something to publish. */
export interface Publisher {
  hasChanged(event: EventPublication): void;
}

/**
 * What strangers see of an event: everything up to the last group on disk. Changes since then wait, those of the group that gathers
 * and those of the group that is being written, so that nobody who asks has to wait or sees what may yet be lost.
 */
export class EventPublication {
  readonly #event: Published;
  readonly #publisher: Publisher;
  #plan: EventPlan | undefined;
  #sections: readonly SectionState[] = [];
  #states: Uint8Array = new Uint8Array(0);
  #version = 0;

  #isDirty = false;
  #isReshaped = false;
  #dirtySections: SectionState[] = [];
  readonly #dirtySeats: number[] = [];

  #sealedShape: { readonly plan: EventPlan; readonly sections: readonly SectionState[]; readonly states: Uint8Array } | undefined;
  #sealedSections: SectionState[] = [];
  #sealedVersion = 0;
  /** Seats and their states, by turns. */
  #sealedSeats: number[] = [];

  constructor(event: Published, publisher: Publisher) {
    this.#event = event;
    this.#publisher = publisher;
  }

  /** Undefined while the event's first group is not on disk. */
  get plan(): EventPlan | undefined {
    return this.#plan;
  }

  /** In catalogue order. */
  get sections(): readonly SectionState[] {
    return this.#sections;
  }

  get version(): number {
    return this.#version;
  }

  seatState(seat: number): number {
    return this.#states[seat] ?? FREE;
  }

  seatChanged(seat: number): void {
    this.#dirtySeats.push(seat);
  }

  sectionChanged(section: SectionState): void {
    if (!section.publication.isDirty) {
      section.publication.isDirty = true;
      this.#dirtySections.push(section);
    }
    this.versionChanged();
  }

  reshaped(): void {
    this.#isReshaped = true;
    for (const section of this.#event.sections) this.sectionChanged(section);
    this.versionChanged();
  }

  /** The group is closed: what has changed goes to disk with it. */
  seal(): void {
    if (this.#isReshaped) {
      const { plan, sections, seats } = this.#event;
      this.#sealedShape = { plan, sections, states: seats.states.slice() };
      this.#sealedSeats = [];
    } else {
      for (const seat of this.#dirtySeats) this.#sealedSeats.push(seat, this.#event.seats.states[seat] ?? FREE);
    }
    for (const section of this.#dirtySections) section.publication.seal(section.counts, section.due.places);
    this.#sealedSections.push(...this.#dirtySections);
    this.#sealedVersion = this.#event.publicVersion;
    this.#dirtySeats.length = 0;
    this.#dirtySections = [];
    this.#isReshaped = false;
    this.#isDirty = false;
  }

  /** The group is on disk: what was sealed is shown. */
  flush(): void {
    const shape = this.#sealedShape;
    if (shape !== undefined) {
      this.#plan = shape.plan;
      this.#sections = shape.sections;
      this.#states = shape.states;
    }
    for (let i = 0; i < this.#sealedSeats.length; i += 2) this.#states[this.#sealedSeats[i] ?? 0] = this.#sealedSeats[i + 1] ?? FREE;
    for (const section of this.#sealedSections) section.publication.flush();
    this.#version = this.#sealedVersion;
    this.#sealedShape = undefined;
    this.#sealedSections = [];
    this.#sealedSeats.length = 0;
  }

  /** The event's version has changed, whatever else has. */
  versionChanged(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#publisher.hasChanged(this);
  }
}
