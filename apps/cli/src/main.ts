import { run } from './run.ts';
import { outlastReaders } from './terminal/outlast-readers.ts';

outlastReaders(process);
process.exitCode = await run(process.argv.slice(2));
