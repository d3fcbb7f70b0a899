import type { Clock } from '@traffic-tacos/kernel';

/** The header fields that every answer carries: its trace id, and the server's now twice, for people and for machines. */
export type AnswerHead = (traceId: string) => string[];

const MS_PER_SECOND = 1000;

/** Writes them as a flat list of names and values. The decision clock is "now" here, as in the instants of bodies. */
export function createAnswerHead(clock: Clock): AnswerHead {
  let second = -1;
  let date = '';
  return (traceId) => {
    const nowMs = clock.nowMs();
    const nowSecond = Math.floor(nowMs / MS_PER_SECOND);
    if (nowSecond !== second) {
      second = nowSecond;
      date = new Date(nowMs).toUTCString();
    }
    return ['X-Trace-Id', traceId, 'X-Server-Time', String(nowMs), 'Date', date];
  };
}
