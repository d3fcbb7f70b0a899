import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import type { Draw } from '../draw.ts';
import { rightId, rightPlaces, rightValue } from '../right-values.ts';
import type { CaseMemory } from '../world.ts';
import { delimited, varint, writeParts, type Part, type WireType } from './wire.ts';

const OPTIONAL_PERCENT = 30;
const MAX_DEPTH = 3;
/** Fields without which most methods refuse at once. */
const USUAL = /^(?:event_id|reservation_id|payment_intent_id|order_id|amount|quantity|seat_ids|idempotency_key|extension_seconds|hold_id|waiting_token|reservation_token|token|user_id|currency|event)$/;

/** What a message is made for. */
export interface MessageFor {
  readonly memory: CaseMemory;
  readonly draw: Draw;
  readonly key: string;
  /** Empty where a person's token says who it is. */
  readonly userId: string;
  /** Whether holds are spoken of that no reservation stands behind. */
  readonly isOfHolds: boolean;
}

/** A message that is likely to be accepted, field by field. */
export function rightMessage(message: DescMessage, made: MessageFor, depth = 0): Part[] {
  const { draw, memory } = made;
  const places: Readonly<Record<string, unknown>> = message.fields.some(({ name }) => name === 'seat_ids') ? rightPlaces(memory, draw) : {};
  return message.fields.flatMap((field): Part[] => {
    if (field.localName in places) return partsOf(field, places[field.localName], made, depth);
    if (field.name === 'seat_ids' || (field.name === 'reservation_token' && memory.reservationToken === undefined) || (field.name === 'quantity' && 'seatIds' in places)) return [];
    if (!USUAL.test(field.name) && !draw.chance(OPTIONAL_PERCENT)) return [];
    return partsOf(field, meaningOf(field, made), made, depth);
  });
}

function meaningOf(field: DescField, { memory, draw, key, userId, isOfHolds }: MessageFor): unknown {
  switch (field.name) {
    case 'idempotency_key':
      return key;
    case 'user_id':
      return userId;
    case 'reservation_id':
      return isOfHolds ? (memory.holdId ?? `rsv_0${'0'.repeat(25)}`) : rightId('reservation', memory, draw);
    case 'hold_id':
      return memory.holdId ?? `rsv_0${'0'.repeat(25)}`;
    case 'order_id':
      return rightId('order', memory, draw);
    default:
      return rightValue(field.localName, {}, memory, draw);
  }
}

function partsOf(field: DescField, value: unknown, made: MessageFor, depth: number): Part[] {
  const part = (wireType: WireType, payload: Buffer): Part => ({ number: field.number, wireType, payload, name: field.name });
  switch (field.fieldKind) {
    case 'scalar':
      return [part(wireTypeOf(field.scalar), payloadOf(field.scalar, value, made.draw))];
    case 'enum':
      return [part(0, varint(BigInt(made.draw.pick(field.enum.values)?.number ?? 0)))];
    case 'message':
      return depth >= MAX_DEPTH ? [] : [part(2, delimited(innerMessage(field.message, made, depth)))];
    case 'list': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.flatMap((item) => listItem(field, item, made, depth).map((payload) => part(payload.wireType, payload.bytes)));
    }
    case 'map':
      return [part(2, delimited(Buffer.concat([Buffer.of(0x0a), delimited(Buffer.from('k')), Buffer.of(0x12), delimited(Buffer.from('v'))])))];
  }
}

type ListField = Extract<DescField, { readonly fieldKind: 'list' }>;

function listItem(field: ListField, item: unknown, made: MessageFor, depth: number): readonly { readonly wireType: WireType; readonly bytes: Buffer }[] {
  if (field.listKind === 'scalar') return [{ wireType: wireTypeOf(field.scalar), bytes: payloadOf(field.scalar, item, made.draw) }];
  if (field.listKind === 'enum') return [{ wireType: 0, bytes: varint(1n) }];
  return depth >= MAX_DEPTH ? [] : [{ wireType: 2, bytes: delimited(innerMessage(field.message, made, depth)) }];
}

/** Timestamps lie around now's year; amounts are what the case has been told. */
function innerMessage(message: DescMessage, made: MessageFor, depth: number): Buffer {
  if (message.typeName !== 'google.protobuf.Timestamp') return writeParts(rightMessage(message, made, depth + 1));
  return Buffer.concat([Buffer.of(0x08), varint(BigInt(1_700_000_000 + made.draw.below(400_000_000)))]);
}

function wireTypeOf(type: ScalarType): WireType {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 1;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 5;
    default:
      return 0;
  }
}

function payloadOf(type: ScalarType, value: unknown, draw: Draw): Buffer {
  switch (wireTypeOf(type)) {
    case 2:
      return delimited(Buffer.from(typeof value === 'string' || typeof value === 'number' ? String(value) : 'x'));
    case 1:
      return Buffer.alloc(8);
    case 5:
      return Buffer.alloc(4);
    default:
      return varint(BigInt(typeof value === 'number' ? Math.trunc(value) : draw.below(10)));
  }
}
