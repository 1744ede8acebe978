import { createHash, createHmac } from 'node:crypto';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { redactSecret } from '@headwater/core/masking/redact-object.ts';
import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';
import type { SecretOutcome } from '../ports/cluster.ts';
import type { JournalHashes } from '../ports/journal-hashes.ts';
import { type ClusterJournal, openJournal } from './follow-journal.ts';

export const CLUSTER = 'prod';
export const START = Date.parse('2026-03-01T10:00:00Z');

export const hashes: JournalHashes = {
  content: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 27),
  value: (value) => createHmac('sha256', 'key').update(value).digest('hex').slice(0, 16),
};

/** A journal over a database, with a clock moved by hand and Secrets to read. */
export interface JournalWorld {
  readonly clock: { now: number };
  readonly secrets: Map<string, SecretOutcome>;
  /** A process that begins to follow the cluster. */
  start(): ClusterJournal;
}

export function journalWorld(database: TestDatabase, cluster = CLUSTER): JournalWorld {
  const clock = { now: START };
  const secrets = new Map<string, SecretOutcome>();
  return {
    clock,
    secrets,
    start: () =>
      openJournal({
        cluster,
        store: database.store,
        hashes: () => Promise.resolve(hashes),
        readSecret: (namespace, name, hash) => {
          const found = secrets.get(`${namespace}/${name}`);
          if (found?.state === 'read')
            return Promise.resolve({ state: 'read', object: redactSecret(found.object, hash) });
          return Promise.resolve(found ?? { state: 'absent', message: 'none' });
        },
        now: () => clock.now,
        pause: () => Promise.resolve(),
      }),
  };
}

let version = 1_000;

export interface ObjectShape {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string | null;
  readonly uid?: string;
  readonly created?: number;
  readonly writers?: readonly { readonly manager: string; readonly time: number; readonly subresource?: string }[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** An object with a resourceVersion of its own. */
export function object(shape: ObjectShape = {}): KubeObject {
  const {
    apiVersion = 'v1',
    kind = 'ConfigMap',
    name = 'app',
    namespace = 'shop',
    uid,
    created,
    writers,
    ...rest
  } = shape;
  const { metadata, ...fields } = rest;
  const managedFields = (writers ?? []).map((writer) => ({ ...writer, time: new Date(writer.time).toISOString() }));
  const parsed = parseObject({
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === null ? {} : { namespace }),
      uid: uid ?? `${kind}-${name}`,
      resourceVersion: String(++version),
      creationTimestamp: new Date(created ?? START - 86_400_000).toISOString(),
      managedFields,
      ...metadata,
    },
    ...fields,
  });
  if (!parsed.object) throw new Error('not an object');
  return parsed.object;
}

/** Stores everything that waits. */
export async function drain(journal: ClusterJournal): Promise<void> {
  while (await journal.flush());
}

/** Leaves one change of each named object, of a kind without namespace where that is null, the first the newest. */
export async function changedObjects(
  database: TestDatabase,
  cluster: string,
  ...named: readonly (readonly [name: string, namespace: string | null])[]
): Promise<void> {
  const world = journalWorld(database, cluster);
  const journal = world.start();
  const shapes = named.map(([name, namespace]) => ({
    name,
    namespace,
    ...(namespace === null ? { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1' } : {}),
  }));
  for (const shape of shapes) journal.offer('ADDED', object({ ...shape, data: { mode: 'fast' } }));
  journal.listed(new Set());
  for (const shape of shapes.toReversed()) {
    await drain(journal);
    world.clock.now += 1_000;
    journal.offer('MODIFIED', object({ ...shape, data: { mode: 'slow' } }));
  }
  await drain(journal);
}
