import type { Limits } from '@traffic-tacos/kernel';
import type { Caller, Refusal } from '../http/route.ts';
import type { OpenEvents } from './push-stream.ts';

/** What somebody on a WebSocket wants to follow. */
export interface TopicRequest {
  /** Which one of the topic; whatever the client has sent, at most `idChars` characters. */
  readonly id: string;
  /** Undefined where nobody has signed in on the socket. */
  readonly caller: Caller | undefined;
  /** The state that the client has seen last. */
  readonly lastEventId: string | undefined;
}

/** Something that clients may subscribe to. */
export interface SocketTopic {
  /** Whether a sign-in is needed before. */
  readonly access: 'anyone' | 'user';
  open(request: TopicRequest): Promise<OpenEvents | Refusal>;
}

/** What a server offers over WebSockets. */
export interface SocketRoute {
  /** `/ws` */
  readonly path: string;
  readonly topics: Readonly<Record<string, SocketTopic>>;
  readonly limits: Pick<Limits, 'pushTopics' | 'pushMessageBytes'>;
}
