import { oneOf, type Action } from './action.ts';
import { changedDocument, EVENT_IDS } from './catalogue.ts';

/** The organizer changes an event: what is held or sold is never lowered, so much of it is refused. */
const changeEvent: Action = {
  name: 'change an event',
  weight: 0.5,
  play: (world, draws) => {
    const document = changedDocument(oneOf(EVENT_IDS, draws), (bound) => draws.below(bound));
    world.ask(() => `the organizer changes ${document.id}`, world.doors.inventory.putEvent(document), ({ kind }) => kind);
  },
};

export const ORGANISING: readonly Action[] = [changeEvent];
