/** Who may call a method. `admin`: a user's token with that role. `anyone`: no token is needed. */
export type CallerKind = 'anyone' | 'user' | 'service' | 'admin';

/** Who may call what: contracts/authz.tsv, read. */
export interface AuthzTable {
  /** By the path of a method (`/package.Service/Method`); undefined for one that the table does not have. */
  of(path: string): ReadonlySet<CallerKind> | undefined;
}
