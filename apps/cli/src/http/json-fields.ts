/** An object of a JSON answer, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; an empty one where it is none. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The field as text; empty where it is not there. */
export const textIn = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};

/** The field as a number; 0 where it is not there. */
export const numberIn = (object: JsonObject, name: string): number => {
  const value = object[name];
  return typeof value === 'number' ? value : 0;
};

/** The code that an answer was refused with; empty where it was not. */
export const errorCodeIn = (body: JsonObject): string => textIn(objectOf(body['error']), 'code');

/** The field as a list; empty where it is none. */
export const listIn = (object: JsonObject, name: string): readonly unknown[] => {
  const value = object[name];
  return Array.isArray(value) ? value : [];
};
