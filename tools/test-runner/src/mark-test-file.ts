/**
 * Loaded before each test file (`--import`): names the file in the environment that its children inherit, so that a process which
 * outlives the run can be laid at somebody's door.
 */
import { relative } from 'node:path';
import { TEST_FILE_VARIABLE } from '../../processes/src/marked-processes.ts';

const file = process.argv[1];
if (file?.endsWith('.test.ts')) process.env[TEST_FILE_VARIABLE] = relative(process.cwd(), file);
