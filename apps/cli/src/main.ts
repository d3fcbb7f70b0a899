import { up } from './commands/up.ts';

await up();
