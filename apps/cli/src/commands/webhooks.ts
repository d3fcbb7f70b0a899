import { addWebhookSecret, loadOrCreateWebhookSecrets, retireWebhookSecrets, secretForOrigin, webhookSecretPath, writeWebhookSecret } from '@traffic-tacos/kit';
import { operatorSettings } from '../beside/operator-settings.ts';
import { counted, print, say } from '../terminal/say.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** `tacos webhooks rotate`: adds a secret, and retires those before it only where that is said: messages under way are signed with them. */
export async function rotateSecrets({ retire = false }: { readonly retire?: boolean }): Promise<number> {
  const path = await pathOfSettings();
  await loadOrCreateWebhookSecrets(path);
  await addWebhookSecret(path);
  const retired = retire ? await retireWebhookSecrets(path, new Date().toISOString()) : 0;
  say(`${path} has a new secret${retired === 0 ? '' : `, and ${counted(retired, 'retired one')}`}. It signs from the next start on. · 다음 시작부터 새 비밀 키로 서명합니다.`);
  return 0;
}

/** `tacos webhooks secret URL`: prints the secret for the receiver at that address, and nothing else. */
export async function printSecret(url: string): Promise<number> {
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) throw new WrongUsage(`${url} is not an http or https URL`);
  const secrets = await loadOrCreateWebhookSecrets(await pathOfSettings());
  print(writeWebhookSecret(secretForOrigin(secrets, target.origin)));
  return 0;
}

async function pathOfSettings(): Promise<string> {
  const { dataDir, webhookSecretsFile } = await operatorSettings();
  return webhookSecretsFile ?? webhookSecretPath(dataDir);
}
