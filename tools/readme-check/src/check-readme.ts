import type { Step } from './marked-blocks.ts';
import { RunningProgram } from './running-program.ts';
import type { ServicePorts } from './service-ports.ts';
import type { ShellSession } from './shell-session.ts';

const RUN_LIMIT_MS = 10 * 60_000;

export interface CheckDeps {
  readonly session: ShellSession;
  readonly ports: ServicePorts;
  /** Takes what is run, and what it says, as it happens. */
  readonly say: (text: string) => void;
}

/** Does what the README says, in its order; stops at the first thing that is not as it says. Answers that, or undefined. */
export async function checkReadme(steps: readonly Step[], deps: CheckDeps): Promise<string | undefined> {
  const check = new Check(deps);
  try {
    for (const step of steps) {
      const wrong = await check.do(step);
      if (wrong !== undefined) return `line ${step.line}: ${wrong}`;
    }
    const wrong = await check.stopWhatRuns();
    return wrong === undefined ? undefined : `at the end: ${wrong}`;
  } finally {
    await check.end();
  }
}

class Check {
  readonly #deps: CheckDeps;
  #program: RunningProgram | undefined;

  constructor(deps: CheckDeps) {
    this.#deps = deps;
  }

  do(step: Step): Promise<string | undefined> {
    switch (step.kind) {
      case 'run':
        return this.#run(step.commands, step.exitCode, step.expect);
      case 'start':
        return this.#start(step.commands, step.ready, step.expect);
      case 'stop':
        return this.stopWhatRuns(step.expect);
      case 'printed':
        return this.#runPrinted(step.from, step.to, step.expect);
    }
  }

  async #run(commands: string, exitCode: number, expect: readonly string[]): Promise<string | undefined> {
    const { ports, say, session } = this.#deps;
    const block = ports.rewrite(commands);
    say(`${block.replaceAll(/^/gm, '$ ')}\n`);
    const ended = await session.run(block, RUN_LIMIT_MS);
    say(ended.output);
    if (ended.exitCode === exitCode) return this.#missing(ended.output, expect);
    return ended.exitCode === null
      ? `it had not ended after ${RUN_LIMIT_MS / 60_000} minutes`
      : `exit code ${ended.exitCode} in place of ${exitCode}`;
  }

  async #start(commands: string, ready: string, expect: readonly string[]): Promise<string | undefined> {
    if (this.#program !== undefined) return 'something was started above and is not stopped';
    const { ports, say, session } = this.#deps;
    say(`${commands.replaceAll(/^/gm, '$ ')} &\n`);
    this.#program = new RunningProgram(session.start(ports.rewrite(commands)));
    const wrong = await this.#program.becomesReady(ports.rewrite(ready));
    say(this.#program.output);
    return wrong ?? this.#missing(this.#program.output, expect);
  }

  /** Ctrl-C for what was started. Nothing runs: nothing is wrong, unless something was expected of it. */
  async stopWhatRuns(expect: readonly string[] = []): Promise<string | undefined> {
    const program = this.#program;
    if (program === undefined) return expect.length === 0 ? undefined : 'nothing runs that could be stopped';
    this.#program = undefined;
    this.#deps.say('^C\n');
    const { said, wrong } = await program.stop();
    this.#deps.say(said);
    return wrong ?? this.#missing(said, expect);
  }

  #runPrinted(from: string, to: string, expect: readonly string[]): Promise<string | undefined> {
    const lines = (this.#program?.output ?? '').split('\n');
    const start = lines.findIndex((line) => line.includes(from));
    const end = lines.findIndex((line, at) => at > start && line.includes(to));
    if (start < 0 || end < 0) return Promise.resolve(`no commands were printed between "${from}" and "${to}"`);
    return this.#run(lines.slice(start + 1, end).join('\n'), 0, expect);
  }

  #missing(output: string, expect: readonly string[]): string | undefined {
    const missing = expect.find((text) => !output.includes(this.#deps.ports.rewrite(text)));
    return missing === undefined ? undefined : `the output lacks "${missing}"`;
  }

  async end(): Promise<void> {
    await this.#program?.kill();
  }
}
