import { Fifo } from './fifo.ts';
import { HttpConnection } from './http-connection.ts';

/** What is done with a connection; false says that the connection is gone. */
export type Use = (connection: HttpConnection) => Promise<boolean>;

/**
 * So many connections that stay open, as between a load balancer and the platform: each has one request under way at a time, and what finds none free waits for
 * one. A connection that is gone is opened again.
 */
export class ConnectionPool {
  readonly #baseUrl: URL;
  readonly #all = new Set<HttpConnection>();
  readonly #free: HttpConnection[] = [];
  readonly #waiting = new Fifo<Use>();
  readonly #idle: (() => void)[] = [];
  #isClosed = false;

  constructor(baseUrl: URL, connections: number) {
    this.#baseUrl = baseUrl;
    for (let opened = 0; opened < connections; opened++) this.#open();
  }

  /** Begun and not ended, and what waits to begin. */
  get underWay(): number {
    return this.#all.size - this.#free.length + this.#waiting.size;
  }

  run(use: Use): void {
    const connection = this.#free.pop();
    if (connection === undefined) this.#waiting.add(use);
    else if (connection.isOpen) this.#begin(connection, use);
    else {
      this.#replace(connection);
      this.run(use);
    }
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    return this.underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** What is under way ends as if its connection were lost; what waits never begins. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#all) connection.end();
  }

  #begin(connection: HttpConnection, use: Use): void {
    void use(connection).then((isAlive) => {
      if (this.#isClosed) return;
      if (isAlive) this.#free.push(connection);
      else this.#replace(connection);
      this.#next();
    });
  }

  #next(): void {
    const use = this.#waiting.take();
    if (use !== undefined) this.run(use);
    else if (this.underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #open(): void {
    const connection = new HttpConnection(this.#baseUrl);
    this.#all.add(connection);
    this.#free.push(connection);
  }

  #replace(connection: HttpConnection): void {
    connection.end();
    this.#all.delete(connection);
    this.#open();
  }
}
