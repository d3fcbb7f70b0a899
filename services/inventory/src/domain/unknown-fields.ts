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
  ['id', 'name', 'venue', 'starts_at', 'ends_at', 'sale_starts_at', 'sale_ends_at', 'currency', 'purchase_limit', 'waiting_room', 'queue_identity', 'listed'],
  {
    admission: shape(['per_second', 'max_active', 'policy']),
    sections: shape(['id', 'name', 'price', 'seat_ids', 'blocked', 'capacity'], { rows: shape(['id', 'seats']) }),
  },
);

/** A field that no event has. */
export interface UnknownField {
  /** Such as `sections[2].prise`, or `line 1, column prise` of a CSV file. */
  readonly place: string;
  readonly name: string;
  /** What stands in its place in a catalogue: the snake_case names of the object, or the columns. */
  readonly known: readonly string[];
}

/**
 * Fields that no event has, at most `most` of them. They are ignored where a catalogue comes over the network; whoever has written one by
 * hand wants to hear of a slip of the pen.
 */
export function unknownFields(document: unknown, most: number): readonly UnknownField[] {
  const found: UnknownField[] = [];
  const look = (value: unknown, known: Shape, place: string): void => {
    if (found.length >= most || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((item, at) => look(item, known, `${place}[${at}]`));
    for (const [name, member] of Object.entries(value)) {
      const snake = name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
      const at = place === '' ? name : `${place}.${name}`;
      const nested = known.nested[snake];
      if (!known.fields.has(snake) && found.length < most) found.push({ place: at, name, known: [...known.fields] });
      else if (nested !== undefined) look(member, nested, at);
    }
  };
  look(document, EVENT, '');
  return found;
}
