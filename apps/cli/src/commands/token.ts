import { ROLES, type Role } from '@traffic-tacos/gateway';
import { findPlatform } from '../beside/find-platform.ts';
import { operatorSettings } from '../beside/operator-settings.ts';
import { operatorSignIn } from '../beside/operator-sign-in.ts';
import { TOKEN_TTL_SECONDS } from '../config/platform-options.ts';
import { print, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

export interface TokenOptions {
  readonly user: string;
  readonly role?: string;
  readonly ttl?: string;
}

/** `tacos token`: prints a token and nothing else. */
export async function token({ user, role = 'user', ttl }: TokenOptions): Promise<number> {
  const request = { userId: user, role: roleOf(role), ttlSeconds: ttl === undefined ? TOKEN_TTL_SECONDS : secondsIn(ttl) };
  const settings = await operatorSettings();
  const sign = await operatorSignIn(settings, await findPlatform(settings.dataDir));
  const outcome = await sign(request);
  if (outcome.kind === 'bad_request') throw new WrongUsage(outcome.problems.join('\n'));
  if (settings.jwtIssuerUri !== undefined || settings.jwksUri !== undefined) {
    say('JWT_ISSUER_URI or JWKS_URI is set: a platform with these settings believes that issuer, and not this token.');
  }
  print(outcome.token);
  return 0;
}

function secondsIn(ttl: string): number {
  if (!/^\d{1,12}$/.test(ttl)) throw new WrongUsage(`--ttl takes whole seconds, such as 3600, not ${ttl}`);
  return Number(ttl);
}

function roleOf(given: string): Role {
  const role = ROLES.find((name) => name === given);
  if (role === undefined) throw new WrongUsage(`--role takes one of ${ROLES.join(', ')}, not ${given}`);
  return role;
}
