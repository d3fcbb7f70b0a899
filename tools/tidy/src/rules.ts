import ratchet from '../ratchet.json' with { type: 'json' };
import type { Rule } from './rule.ts';
import { barrels } from './rules/barrels.ts';
import { consoleCalls } from './rules/console.ts';
import { deadLinks } from './rules/dead-links.ts';
import { defaultExports } from './rules/default-exports.ts';
import { doubleCast } from './rules/double-cast.ts';
import { emptyCatch } from './rules/empty-catch.ts';
import { environment } from './rules/environment.ts';
import { fileLength } from './rules/file-length.ts';
import { floatingPromises } from './rules/floating-promises.ts';
import { focusedTests } from './rules/focused-tests.ts';
import { folderDepth } from './rules/folder-depth.ts';
import { functionLength } from './rules/function-length.ts';
import { importDirection } from './rules/import-direction.ts';
import { kebabCase } from './rules/kebab-case.ts';
import { leftoverMarkers } from './rules/leftover-markers.ts';
import { machinePaths } from './rules/machine-paths.ts';
import { mocks } from './rules/mocks.ts';
import { moduleState } from './rules/module-state.ts';
import { noAny } from './rules/no-any.ts';
import { noNonNull } from './rules/no-non-null.ts';
import { parsedInput } from './rules/parsed-input.ts';
import { pinnedVersions } from './rules/pinned-versions.ts';
import { randomness } from './rules/randomness.ts';
import { relativeImports } from './rules/relative-imports.ts';
import { sdkTypes } from './rules/sdk-types.ts';
import { silencedCompiler } from './rules/silenced-compiler.ts';
import { sleepingTests } from './rules/sleeping-tests.ts';
import { timersInDomain } from './rules/timers-in-domain.ts';
import { uncheckedFiles } from './rules/unchecked-files.ts';
import { undeclaredDependencies } from './rules/undeclared-dependencies.ts';
import { unnamedErrors } from './rules/unnamed-errors.ts';
import { unusedExports } from './rules/unused-exports.ts';
import { unusedFiles } from './rules/unused-files.ts';
import { vagueNames } from './rules/vague-names.ts';
import { wallClock } from './rules/wall-clock.ts';

/** Every rule, in the order of STYLE.md: size, names, parts and imports, reaching outside, types, errors, tests, what is left over. */
export const RULES: readonly Rule[] = [
  functionLength(ratchet.functionLength),
  fileLength(ratchet.fileLength),
  folderDepth,
  kebabCase,
  vagueNames,
  importDirection,
  relativeImports,
  undeclaredDependencies,
  sdkTypes,
  defaultExports,
  barrels,
  moduleState,
  wallClock,
  randomness,
  environment,
  consoleCalls,
  timersInDomain,
  noAny,
  noNonNull,
  doubleCast,
  parsedInput,
  silencedCompiler,
  floatingPromises,
  emptyCatch,
  unnamedErrors,
  focusedTests,
  sleepingTests,
  mocks,
  unusedFiles,
  unusedExports,
  leftoverMarkers,
  uncheckedFiles,
  machinePaths,
  pinnedVersions,
  deadLinks,
];
