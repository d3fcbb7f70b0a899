/** What a client says on a WebSocket. */
export type ClientMessage =
  | { readonly type: 'authenticate'; readonly token: string }
  | { readonly type: 'subscribe'; readonly topic: string; readonly id: string; readonly lastEventId: string | undefined }
  | { readonly type: 'unsubscribe'; readonly topic: string; readonly id: string }
  | { readonly type: 'ping' };

/** A message, or what is wrong with it, for its sender. */
export type ReadMessage = ClientMessage | { readonly type: 'malformed'; readonly field: string; readonly reason: string };

const MAX_TOPIC_CHARS = 32;
/** A waiting token is the longest id. */
const MAX_ID_CHARS = 1024;

const malformed = (field: string, reason: string): ReadMessage => ({ type: 'malformed', field, reason });

/** Reads one text message. Keys may be in snake_case or camelCase; unknown ones are ignored. */
export function readClientMessage(text: string): ReadMessage {
  const fields = objectIn(text);
  if (fields === undefined) return malformed('message', 'must be a JSON object');
  switch (fields['type']) {
    case 'ping':
      return { type: 'ping' };
    case 'authenticate': {
      const { token } = fields;
      return typeof token === 'string' && token !== '' ? { type: 'authenticate', token } : malformed('token', 'is required');
    }
    case 'subscribe':
    case 'unsubscribe':
      return readTopic(fields['type'], fields);
    default:
      return malformed('type', 'must be authenticate, subscribe, unsubscribe or ping');
  }
}

function readTopic(type: 'subscribe' | 'unsubscribe', fields: Readonly<Record<string, unknown>>): ReadMessage {
  const { topic } = fields;
  if (typeof topic !== 'string' || topic === '' || topic.length > MAX_TOPIC_CHARS) return malformed('topic', 'is required');
  // A place in a waiting room is named by its token.
  const id = fields['id'] ?? fields['token'];
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARS) return malformed('id', `is required, with at most ${MAX_ID_CHARS} characters`);
  if (type === 'unsubscribe') return { type, topic, id };
  const seen = fields['last_event_id'] ?? fields['lastEventId'];
  return { type, topic, id, lastEventId: typeof seen === 'string' ? seen : undefined };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
