import { setTimeout as sleep } from 'node:timers/promises';

/** What tests ask of a running server. */
export interface ApiClient {
  get(path: string): Promise<Record<string, unknown>>;
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
}

/** Signs in; a server that is being restarted is asked again. */
export async function signIn(url: string, password: string): Promise<ApiClient> {
  let token = '';
  const login = async (): Promise<void> => {
    const grant = await ask('POST', '/api/v1/auth/login', { login: 'admin', password });
    token = String(grant['accessToken']);
  };

  async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(token && { authorization: `Bearer ${token}` }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (answer.ok) return JSON.parse(text) as Record<string, unknown>;
        throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
      } catch (error) {
        if (attempt > 100 || !(error instanceof TypeError)) throw error;
        await sleep(100);
      }
    }
  }

  await login();
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}
