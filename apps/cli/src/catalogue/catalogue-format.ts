/** Where it stands what a catalogue says, for whoever has written one that was refused. */
export const FORMAT = 'What a catalogue says: docs/guides/organise-an-event.md\nExamples: services/inventory/catalogues · 형식: docs/guides/organise-an-event.ko.md';
