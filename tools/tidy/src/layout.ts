import { isDomain, isTest, both, not, under, matching, type Place } from './places.ts';

/** A part of the tree, and what it may take from others. The first zone that a path lies in counts. */
export interface Zone {
  readonly name: string;
  readonly place: Place;
  /** Packages of the tree that it may import, by the folder they stand in; its own is always allowed. */
  readonly mayImport: readonly string[];
  /** Whether it may import node's modules and packages from npm. */
  readonly mayImportOthers: boolean;
}

const EVERYTHING = ['packages', 'services', 'apps', 'contracts', 'sim', 'bench'];

/** Downward only: apps on services, services on packages, all on the kernel. */
export const ZONES: readonly Zone[] = [
  { name: 'a domain', place: isDomain, mayImport: ['packages/kernel'], mayImportOthers: false },
  { name: 'the kernel', place: both(under('packages/kernel'), not(isTest)), mayImport: [], mayImportOthers: false },
  { name: "the kernel's tests", place: under('packages/kernel'), mayImport: [], mayImportOthers: true },
  { name: 'a package', place: under('packages'), mayImport: ['packages/kernel'], mayImportOthers: true },
  { name: 'a service', place: under('services'), mayImport: ['packages', 'contracts'], mayImportOthers: true },
  { name: 'the web', place: under('apps/web'), mayImport: ['contracts'], mayImportOthers: true },
  {
    name: 'a command line',
    place: under('apps/cli'),
    mayImport: ['packages', 'services', 'contracts', 'apps/platform', 'apps/services', 'sim'],
    mayImportOthers: true,
  },
  { name: 'a service alone', place: under('apps/services'), mayImport: ['packages', 'services', 'contracts', 'apps/platform'], mayImportOthers: true },
  { name: 'an app', place: under('apps'), mayImport: ['packages', 'services', 'contracts'], mayImportOthers: true },
  { name: 'the contracts', place: under('contracts'), mayImport: [], mayImportOthers: true },
  {
    name: 'the maker of reference pages',
    place: under('tools/codegen'),
    mayImport: ['packages', 'services', 'contracts', 'apps/platform'],
    mayImportOthers: true,
  },
  { name: 'a tool', place: under('tools'), mayImport: [], mayImportOthers: true },
  { name: 'the simulator', place: under('sim'), mayImport: ['packages', 'services', 'contracts', 'apps/platform'], mayImportOthers: true },
  { name: 'the rest', place: matching(/./), mayImport: EVERYTHING, mayImportOthers: true },
];
