import assert from 'node:assert/strict';
import { listedAnswers, operationOf, type Listed, type Operation } from '@traffic-tacos/platform/testing';

/** Holds what is answered against what the documents list: nothing else may be answered, and in the end all of it must have been. */
export class AnswerLedger {
  readonly #listed = new Map<string, Listed>();
  readonly #seen = new Set<string>();

  /** Takes a service's document. */
  list(service: string, document: unknown): void {
    this.#listed.set(service, listedAnswers(document));
  }

  operations(service: string): readonly Operation[] {
    return [...(this.#listed.get(service)?.keys() ?? [])];
  }

  operationOf(service: string, method: string, target: string): Operation {
    return operationOf(this.#listed.get(service) ?? new Map(), method, target) ?? assert.fail(`${service} has no ${method} ${target}`);
  }

  /** Notes an answer, `409 CODE` or a status alone. */
  note(service: string, operation: Operation, answer: string): void {
    const isListed = this.#listed.get(service)?.get(operation)?.has(answer) === true;
    assert.ok(isListed, `${service}: ${operation} answers ${answer}, which its document does not list`);
    this.#seen.add(`${service}: ${operation} → ${answer}`);
  }

  /** What is listed and was not answered, but for what is reached elsewhere. */
  missing(isReachedElsewhere: (operation: Operation, answer: string) => boolean): readonly string[] {
    const all = [...this.#listed].flatMap(([service, operations]) =>
      [...operations].flatMap(([operation, answers]) =>
        [...answers].filter((answer) => !isReachedElsewhere(operation, answer)).map((answer) => `${service}: ${operation} → ${answer}`),
      ),
    );
    return all.filter((one) => !this.#seen.has(one));
  }
}
