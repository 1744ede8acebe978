import type { Server as TlsServer } from 'node:tls';
import { stat } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import type { Log } from '@headwater/engine/ports/log.ts';

export interface RenewOptions {
  readonly server: Pick<TlsServer, 'setSecureContext'>;
  /** The files whose change means a new certificate. */
  readonly files: readonly string[];
  readonly read: () => ServerOptions | undefined;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;

/** Takes a renewed certificate into use for new connections, without a restart; returns how to stop looking. */
export async function renewTls({ server, files, read, log, everyMs = EVERY_MS }: RenewOptions): Promise<() => void> {
  let last = await stampOf(files);
  async function look(): Promise<void> {
    const stamp = await stampOf(files);
    if (stamp === last) return;
    try {
      const options = read();
      if (options) server.setSecureContext(options);
      last = stamp;
      log.info({ files }, 'the renewed certificate is in use');
    } catch (error) {
      // Certificate and key are written one after the other: the next look finds both.
      log.warn({ error }, 'the renewed certificate cannot be used yet; the old one stays');
    }
  }
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size }) => `${mtimeMs}/${size}`,
        () => 'missing',
      ),
    ),
  );
  return stamps.join(' ');
}
