import { banned } from '../banned.ts';
import { both, isConfig, isProduct, not } from '../places.ts';

/** The environment is read once, checked as a whole, and handed on as settings. */
export const environment = banned({
  name: 'environment',
  where: both(isProduct, not(isConfig)),
  members: ['process.env'],
  imports: { process: ['env', '*'] },
  instead: "read it in the schema of the app's config, and take the setting as an argument",
});
