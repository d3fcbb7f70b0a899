/** JSON Schema (draft 7) of a value, with camelCase names. A `title` makes it a schema with a name of its own in the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** A member that an answer may leave out. */
export interface OptionalMember {
  readonly optional: Schema;
}

/** An object with a name of its own in the document. Each member is there in every answer, unless it is marked as optional. */
export function shape(title: string, members: Readonly<Record<string, Schema | OptionalMember>>): Schema {
  const entries = Object.entries(members);
  return {
    title,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, member]) => [name, isOptional(member) ? member.optional : member])),
    required: entries.filter(([, member]) => !isOptional(member)).map(([name]) => name),
  };
}

export const optional = (schema: Schema): OptionalMember => ({ optional: schema });

const isOptional = (member: Schema | OptionalMember): member is OptionalMember => 'optional' in member;

export const listOf = (items: Schema): Schema => ({ type: 'array', items });

/** A text; `example` is shown in the document. */
export const text = (example?: string, description?: string): Schema => ({
  type: 'string',
  ...(description === undefined ? {} : { description }),
  ...(example === undefined ? {} : { examples: [example] }),
});

export const word = (...words: readonly string[]): Schema => ({ type: 'string', enum: words });

export const count = (description?: string): Schema => ({
  type: 'integer',
  minimum: 0,
  ...(description === undefined ? {} : { description }),
});

export const INSTANT: Schema = {
  type: 'string',
  format: 'date-time',
  description: 'ISO-8601 in UTC, with milliseconds.',
  examples: ['2025-10-09T08:53:20.123Z'],
};

export const AMOUNT: Schema = { type: 'integer', minimum: 0, description: "A whole number of the currency's minor unit.", examples: [150_000] };

export const CURRENCY: Schema = { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO-4217.', examples: ['KRW'] };

/** The id of a reservation, an order, a payment…: its prefix and 26 characters that sort by time. */
export const idText = (prefix: string): Schema => ({
  type: 'string',
  pattern: `^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`,
  examples: [`${prefix}_0${EXAMPLE_ID}`],
});

const EXAMPLE_ID = '1KAX7Q5ZC3F9D2M8T4V6W0YBE';
