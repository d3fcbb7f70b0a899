import { createSignToken, JoseTokenSigner, loadKeys, signingKeyPath, type Issuer, type Role, type SignToken } from '@traffic-tacos/gateway';
import { createPooledRandom, createSystemClock, type PlatformSettings } from '@traffic-tacos/kit';
import { CommandFailed } from '../command-failed.ts';
import type { FoundPlatform } from './find-platform.ts';

/** Long enough for any one command. */
const COMMAND_TOKEN_TTL_SECONDS = 3600;

/**
 * Signs tokens with the key file of the data directory, as whoever can read that file may. Throws `KeyFileRefused`, and
 * `CommandFailed` where no platform has made keys yet.
 */
export async function operatorSignIn(settings: PlatformSettings, found: FoundPlatform): Promise<SignToken> {
  const keys = await loadKeys(settings.dataDir);
  if (keys === undefined) {
    throw new CommandFailed(
      `There are no keys yet: ${signingKeyPath(settings.dataDir)} is not there.\nStart the platform once (npm start), or name its directory with TACOS_DATA_DIR.`,
    );
  }
  const clock = createSystemClock();
  return createSignToken({ signer: new JoseTokenSigner(keys), issuer: issuerOf(settings, found), clock, random: createPooledRandom() });
}

/** A token for one user. Throws `CommandFailed` with everything that is wrong with the request. */
export async function tokenFor(sign: SignToken, userId: string, role: Role, ttlSeconds = COMMAND_TOKEN_TTL_SECONDS): Promise<string> {
  const outcome = await sign({ userId, role, ttlSeconds });
  if (outcome.kind === 'signed') return outcome.token;
  throw new CommandFailed(outcome.problems.join('\n'));
}

/** The running platform's own word counts before the settings of this terminal. */
function issuerOf(settings: PlatformSettings, found: FoundPlatform): Issuer {
  if (found.kind === 'running') return { url: found.file.issuer, audience: found.file.audience };
  return { url: settings.jwtIssuerUri ?? `http://127.0.0.1:${settings.gatewayPort}`, audience: settings.jwtAudience };
}
