import { setTimeout as wait } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { mayRead, type Acknowledged } from './ledger.ts';
import { RestConnection } from './rest/connection.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';

/** Payments have their result by then, and what follows from it. */
const SETTLED_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;
const FAULT = '"level":"error"';
/** Said where a service has sent a message that nothing can be done about: an operator is to know of it, and it is nobody's fault here. */
const POISON = /"msg":"a message was given up/;

/** What is wrong with the platform as a whole, while nothing is under way; empty when nothing is. */
export async function checkPlatform(stage: Stage, ledger: Ledger, checked: readonly Acknowledged[]): Promise<readonly string[]> {
  // What of a payment is late on a busy machine is waited for at the end.
  const breaches = stage.platform.audit().breaches.filter(({ invariant }) => invariant !== 'I3');
  const red = breaches.slice(0, 10).map(({ invariant, subject, detail }) => `the audit is red: ${invariant} ${subject} ${detail}`);
  const failure = stage.failure();
  const ended = failure === undefined ? [] : [`the platform has ended: ${String(failure.stack)}`];
  return [...ended, ...red, ...(await missing(stage, ledger, checked))];
}

/** Asks each owner for what has been acknowledged. */
async function missing(stage: Stage, ledger: Ledger, checked: readonly Acknowledged[]): Promise<readonly string[]> {
  const connection = new RestConnection(Number(new URL(stage.platform.addresses.reservation).port));
  const problems: string[] = [];
  for (const { reservationId, owner, told } of checked) {
    const request = `GET /v1/reservations/${reservationId} HTTP/1.1\r\nHost: x\r\nAuthorization: ${owner.authorization ?? ''}\r\n\r\n`;
    const { replies } = await connection.send(Buffer.from(request), false, []);
    const [reply] = replies;
    const status = /"status":"([A-Z]+)"/.exec(reply?.text ?? '')?.[1] ?? '';
    if (reply?.status !== 200 || !mayRead(told, status)) problems.push(`${reservationId} of ${owner.userId} was acknowledged as ${told}, and reads ${reply?.status ?? 'nothing'} ${status}`);
    if (problems.length >= 10) break;
  }
  connection.destroy();
  return ledger.size === 0 && checked.length > 0 ? ['the ledger is empty'] : problems;
}

/** What the log must not say: a fault of ours, or a secret. */
export function wrongWithLog(lines: readonly string[], secrets: Secrets): string | undefined {
  const text = lines.join('');
  if (!text.includes(FAULT) && secrets.inLog(text) === undefined) return undefined;
  for (const line of lines) {
    if (line.includes(FAULT) && !POISON.test(line)) return `the log tells of a fault: ${line.slice(0, 2_000)}`;
    const found = secrets.inLog(line);
    if (found !== undefined) return `the log shows a secret, ${found}: ${line.slice(0, 1_000)}`;
  }
  return undefined;
}

/** Nobody listens any more, so that nothing may be kept for anybody who does. */
async function streamsLeft(stage: Stage): Promise<readonly { readonly subject: string; readonly detail: string }[]> {
  const metrics = await (await fetch(`${stage.platform.addresses.gateway}/metrics`)).text();
  const open = /^push_streams (\d+)$/m.exec(metrics)?.[1];
  return open === '0' ? [] : [{ subject: 'push_streams', detail: `are ${open ?? 'not told'}, and all clients have gone` }];
}

/** Payments are followed up in turns of their own; at the end none may be left that waits. */
export async function untilSettled(stage: Stage): Promise<readonly string[]> {
  const deadlineMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { breaches, waiting } = stage.platform.audit();
    const unsettled = [...breaches, ...waiting, ...(await streamsLeft(stage))];
    if (unsettled.length === 0) return [];
    if (performance.now() > deadlineMs) return unsettled.slice(0, 10).map(({ subject, detail }) => `still waits: ${subject} ${detail}`);
    await wait(LOOK_AGAIN_MS);
  }
}
