import { AppError } from '@headwater/core/errors.ts';
import { silentLog } from '@headwater/engine/ports/log.ts';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../config/defaults.ts';
import type { ServerWiring } from '../wiring/server.ts';
import { openStoreWhenThere } from './open-store.ts';

type Database = Awaited<ReturnType<ServerWiring['openDatabase']>>;

function open(answers: readonly (Error | 'open')[], url: string | undefined, signal = new AbortController().signal) {
  const left = [...answers];
  let tries = 0;
  let clock = 0;
  const wiring = {
    monotonic: () => (clock += 1_000),
    openDatabase: () => {
      tries++;
      const answer = left.shift() ?? 'open';
      return answer === 'open' ? Promise.resolve({} as Database) : Promise.reject(answer);
    },
  };
  const defaults = defaultSettings();
  const settings = { ...defaults, store: { ...defaults.store, databaseUrl: url } };
  const options = { settings, wiring: wiring as unknown as ServerWiring, log: silentLog, env: {}, signal };
  return { opened: openStoreWhenThere(options), tries: () => tries };
}

const away = new AppError('unavailable', 'connection refused');
const URL_OF_OWN = 'postgres://db/headwater';

describe('the store at the start', () => {
  it('is waited for when it is a server of one’s own', async () => {
    const { opened, tries } = open([away, away, 'open'], URL_OF_OWN);
    await opened;
    expect(tries()).toBe(3);
  });

  it('is not waited for when the fault would stay', async () => {
    const wrong = new AppError('unauthenticated', 'password authentication failed');
    const { opened, tries } = open([wrong], URL_OF_OWN);
    await expect(opened).rejects.toThrow('password authentication failed');
    expect(tries()).toBe(1);
    await expect(open([away], undefined).opened).rejects.toThrow('connection refused');
  });

  it('is not waited for once the process shall end', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(open([away, away], URL_OF_OWN, stop.signal).opened).rejects.toThrow('connection refused');
  });
});
