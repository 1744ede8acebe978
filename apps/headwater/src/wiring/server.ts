// Joins the server to its adapters; loaded by the commands that need it, so that the others start without a database driver.
import { randomBytes, randomFillSync } from 'node:crypto';
import { scryptPasswords } from '@headwater/adapters/credentials/passwords.ts';
import { secretMaker } from '@headwater/adapters/credentials/secrets.ts';
import { resolveAccess } from '@headwater/adapters/kubernetes/connect.ts';
import { openRemediator } from '@headwater/adapters/kubernetes/remediator.ts';
import type { DatabaseAddress } from '@headwater/adapters/postgres/connect.ts';
import { type OpenDatabase, openDatabase } from '@headwater/adapters/postgres/open.ts';
import { openWake } from '@headwater/adapters/postgres/wake.ts';
import { sortableId } from '@headwater/core/sortable-id.ts';
import type { Passwords, SecretMaker } from '@headwater/engine/ports/credentials.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Remediator } from '@headwater/engine/ports/remediator.ts';
import type { Wake } from '@headwater/engine/ports/wake.ts';
import type { Settings } from '../config/settings.ts';
import type { ClusterConfig, ClusterSurroundings } from '../worker/cluster-configs.ts';

/** The world as the server sees it; tests hand in their own where they must. */
export interface ServerWiring {
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly newId: (prefix: string) => string;
  readonly passwords: Passwords;
  readonly secrets: SecretMaker;
  openDatabase(settings: Settings['store'], log: Log): Promise<OpenDatabase>;
  openWake(address: DatabaseAddress, log: Log): Wake;
  /** The name a kubeconfig gives its cluster; reads files, connects to nothing. */
  readonly clusterName: ClusterSurroundings['nameOf'];
  openRemediator(config: ClusterConfig, env: Environment): Promise<Remediator & { close(): Promise<void> }>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const serverWiring: ServerWiring = {
  now: Date.now,
  monotonic: () => performance.now(),
  newId: (prefix) => sortableId(prefix, Date.now(), randomFillSync(new Uint8Array(16))),
  passwords: scryptPasswords({ randomBytes }),
  secrets: secretMaker(randomBytes),
  openDatabase: (settings, log) =>
    openDatabase({
      url: settings.databaseUrl,
      dataDirectory: settings.dataDir,
      cacheDirectory: settings.cacheDir,
      applicationName: 'headwater api',
      now: Date.now,
      random: Math.random,
      onError: (error) => log.warn({ error }, 'something about the database failed and is tried again'),
      log: (line) => log.info({ component: 'postgresql' }, line),
    }),
  openWake: (address, log) =>
    openWake({ address, onLost: (error) => log.warn({ error }, 'the connection that wakes the streams was lost') }),
  clusterName: (access) => resolveAccess({ ...access, clock: Date.now }).name,
  openRemediator: ({ kubeconfig, context, timeoutMs }, env) =>
    openRemediator({ kubeconfig, context, timeoutMs, env, clock: Date.now }),
};
