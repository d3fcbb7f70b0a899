import { TextDecoder } from 'node:util';
import { BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import { BufferWriter } from './buffer-writer.ts';

/** What the generated code offers for a message. */
export interface GeneratedMessage<Message> {
  encode(message: Message, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): Message;
}

/** Bytes that are not a message of that type: cut short, a number beyond 2^53 - 1, text that is not UTF-8. The sender's fault. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** The message on the wire. Fields must be in their range: anything else throws `NotEncodable` and is a bug. */
export function encodeMessage<Message>(type: GeneratedMessage<Message>, message: Message): Buffer<ArrayBuffer> {
  const writer = new BufferWriter();
  type.encode(message, writer);
  return writer.finish();
}

/**
 * The message that stands in these bytes; throws `MalformedMessage`. Fields that it does not know are passed over, as every version must.
 * An enum may have a number that this version does not know either.
 */
export function decodeMessage<Message>(type: GeneratedMessage<Message>, bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes, decodeUtf8);
  let message: Message;
  try {
    message = type.decode(reader);
  } catch (cause) {
    throw new MalformedMessage('these bytes are not a message of that type', { cause });
  }
  if (reader.pos !== reader.len) throw new MalformedMessage('something follows the end of the message');
  return message;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decodeUtf8 = (bytes: Uint8Array): string => UTF8.decode(bytes);
