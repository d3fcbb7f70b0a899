import { API } from 'typescript/unstable/sync';
import type { Checker, Program } from 'typescript/unstable/sync';

/** A tsconfig.json and the files that it covers, parsed and checked. */
export interface Project {
  readonly program: Program;
  readonly checker: Checker;
}

/**
 * TypeScript's own parser and checker, run as a process beside this one. There is no other parser here: the rules see what `tsc` sees.
 *
 * TypeScript 7 calls this interface unstable. The version is pinned, and this file and syntax.ts are what a new one can break.
 */
export class Compiler {
  readonly #api = new API();

  open(configFile: string): Project {
    const project = this.#api.updateSnapshot({ openProjects: [configFile] }).getProject(configFile);
    if (project === undefined) throw new TypeError(`${configFile} cannot be opened`);
    return project;
  }

  /** Ends the process; trees that were loaded with it must not be used afterwards. */
  close(): void {
    this.#api.close();
  }
}
