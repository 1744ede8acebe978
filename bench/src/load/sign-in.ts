import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

/** The password of `admin` on every server a benchmark starts. */
export const ADMIN_PASSWORD = 'bench-password-of-no-use-1';

/** An access token of the administrator. */
export async function signIn(url: string): Promise<string> {
  // The first user is made just after the server begins to listen.
  for (let attempt = 1; ; attempt++) {
    try {
      const grant = await postJson(`${url}/api/v1/auth/login`, { login: 'admin', password: ADMIN_PASSWORD });
      return String(grant['accessToken']);
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(1_000);
    }
  }
}

/** A new API token with these roles; `admin` is an access token. */
export async function makeToken(url: string, admin: string, bindings: readonly object[]): Promise<string> {
  const made = await postJson(
    `${url}/api/v1/tokens`,
    { name: 'bench', bindings },
    { authorization: `Bearer ${admin}` },
  );
  return String(made['secret']);
}

async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
