import type { HttpAnswer } from './http-connection.ts';

/** A text in an answer, without parsing the whole: the platform's answers name each field once, and write no spaces. Empty where it is not there. */
export function textIn({ body }: HttpAnswer, name: string): string {
  const at = body.indexOf(`"${name}":"`);
  if (at === -1) return '';
  const from = at + name.length + 4;
  return body.slice(from, body.indexOf('"', from));
}

/** A number in an answer; NaN where it is not there. */
export function numberIn({ body }: HttpAnswer, name: string): number {
  const at = body.indexOf(`"${name}":`);
  return at === -1 ? Number.NaN : Number.parseInt(body.slice(at + name.length + 3), 10);
}
