/** The services of this platform that may ask for credentials, each by a secret of its own. */
export interface ServiceClients {
  /** Takes the same time for a wrong secret as for a client that does not exist. */
  authenticate(clientId: string, clientSecret: string): 'known' | 'unknown';
}
