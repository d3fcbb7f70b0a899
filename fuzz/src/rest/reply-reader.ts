import type { RawReply } from '@traffic-tacos/kit/testing';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const EVENTS = /\r\ncontent-type: *text\/event-stream/i;
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** What does not follow the framing that every answer of the platform has. */
class BadFraming extends Error {
  override readonly name = 'BadFraming';
}

/** What of a stream is looked at. */
const MAX_STREAM_BYTES = 256 * 1024;

/** Takes a connection's bytes apart into answers. Every answer says its length, so nothing else is understood; what follows the begin of a stream of events is kept apart. */
export class ReplyReader {
  #left: Buffer = Buffer.alloc(0);
  #isStream = false;

  /** A stream of events has begun: what follows are events. */
  get isStream(): boolean {
    return this.#isStream;
  }

  /** The events so far: whole chunks, without what frames them. Throws where they are framed otherwise. */
  get events(): string {
    const left = this.#left;
    let [text, at] = ['', 0];
    for (;;) {
      const lineEnd = left.indexOf('\r\n', at);
      if (lineEnd === -1) return text;
      const size = Number.parseInt(left.toString('latin1', at, lineEnd), 16);
      if (Number.isNaN(size)) throw new BadFraming(left.toString('latin1', at, lineEnd).slice(0, 200));
      const end = lineEnd + 2 + size;
      if (size === 0 || end > left.length) return text;
      text += left.toString('utf8', lineEnd + 2, end);
      at = end + 2;
    }
  }

  add(chunk: Buffer): void {
    if (this.#isStream && this.#left.length > MAX_STREAM_BYTES) return;
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
  }

  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** The next whole answer; undefined until it is there. Interim answers are passed over. `isHead`: it has no body, whatever it says. */
  next(isHead: boolean): RawReply | undefined {
    const end = this.#isStream ? -1 : this.#left.indexOf(END_OF_HEAD);
    if (end === -1) return undefined;
    const head = this.#left.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 ')) throw new BadFraming(head.slice(0, 200));
    const status = Number(head.slice(9, 12));
    const bodyAt = end + END_OF_HEAD.length;
    const isInterim = status < 200;
    if (EVENTS.test(head)) {
      this.#isStream = true;
      this.#left = this.#left.subarray(bodyAt);
      return { status, headers: { ...headersIn(head), connection: 'close' }, text: '' };
    }
    const length = isInterim || isHead || status === 204 || status === 304 ? 0 : lengthIn(head);
    if (this.#left.length < bodyAt + length) return undefined;
    const text = this.#left.toString('utf8', bodyAt, bodyAt + length);
    this.#left = this.#left.subarray(bodyAt + length);
    return isInterim ? this.next(isHead) : { status, headers: headersIn(head), text };
  }
}

function lengthIn(head: string): number {
  const length = LENGTH.exec(head)?.[1];
  if (length === undefined) throw new BadFraming(head.slice(0, 500));
  return Number(length);
}

function headersIn(head: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = head.indexOf('\r\n'); at !== -1; ) {
    const end = head.indexOf('\r\n', at + 2);
    const line = head.slice(at + 2, end === -1 ? undefined : end);
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    at = end;
  }
  return headers;
}
