/** What each object of a catalogue document has, by the snake_case of its names (interfaces.md §10); nested objects and lists of them by field. */
interface Shape {
  readonly fields: ReadonlySet<string>;
  readonly nested: Readonly<Record<string, Shape>>;
}

const shape = (fields: readonly string[], nested: Readonly<Record<string, Shape>> = {}): Shape => ({
  fields: new Set([...fields, ...Object.keys(nested)]),
  nested,
});

const EVENT = shape(
  ['id', 'name', 'venue', 'starts_at', 'ends_at', 'sale_starts_at', 'sale_ends_at', 'currency', 'purchase_limit', 'waiting_room', 'queue_identity'],
  {
    admission: shape(['per_second', 'max_active', 'policy']),
    sections: shape(['id', 'name', 'price', 'seat_ids', 'blocked', 'capacity'], { rows: shape(['id', 'seats']) }),
  },
);

/**
 * The places of fields that no event has, at most `most` of them, such as `sections[2].prise`. They are ignored wherever a catalogue is
 * taken; whoever has written one by hand wants to hear of a slip of the pen.
 */
export function unknownFields(document: unknown, most: number): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown, known: Shape, place: string): void => {
    if (found.length >= most || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((item, at) => look(item, known, `${place}[${at}]`));
    for (const [name, member] of Object.entries(value)) {
      const snake = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
      const at = place === '' ? name : `${place}.${name}`;
      const nested = known.nested[snake];
      if (!known.fields.has(snake) && found.length < most) found.push(at);
      else if (nested !== undefined) look(member, nested, at);
    }
  };
  look(document, EVENT, '');
  return found;
}
