import type { SignalAlert } from '@headwater/contracts/webhooks/signal.ts';
import { type Actor, type Role, systemActor } from '@headwater/core/access/actor.ts';
import { MINUTE, type Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Store } from '../ports/store.ts';
import { commitSignals } from '../intake/commit-signals.ts';
import { deliveryOf } from '../intake/delivery.ts';
import { countingIds, testBody } from '../intake/test-signals.ts';
import { emptyTopology, type Topology } from '../ports/topology.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { type Correlated, correlateWaiting } from './correlate-waiting.ts';
import { runSweeps, type SweepName } from './run-sweeps.ts';

export const T = Date.parse('2026-03-01T10:00:00Z');

export const QUIET_PERIOD = 5 * MINUTE;
export const REOPEN_WINDOW = 30 * MINUTE;

export interface EpisodeState {
  readonly id: string;
  readonly alert: string;
  readonly status: string;
  readonly incident_id: string | null;
  readonly joined_by: string | null;
  readonly join_reason: string | null;
  readonly muted_by: string | null;
  readonly correlate: boolean;
}

/** What a scene needs of a test database. */
export interface SceneDatabase {
  readonly store: Store;
  readonly pool: { query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }> };
}

/** A server in a test: alerts in, correlation and sweeps by hand, its own clock. */
export interface Scene {
  now: Millis;
  topology: Topology;
  ctx(actor?: Actor): VerbContext;
  /** Stores alerts as one webhook body would; the group is Alertmanager's group key. */
  send(
    alerts: readonly SignalAlert[],
    group?: { readonly groupKey: string | null; readonly cluster?: string },
  ): Promise<void>;
  correlate(limit?: number): Promise<Correlated>;
  /** `send`, then `correlate`. */
  deliver(...alerts: readonly SignalAlert[]): Promise<Correlated>;
  sweep(): Promise<Readonly<Record<SweepName, number>>>;
  incidents(): Promise<readonly Incident[]>;
  episodes(): Promise<readonly EpisodeState[]>;
  eventKinds(incidentId?: string): Promise<readonly string[]>;
  /** Incidents a diagnosis was asked for since the last call. */
  diagnoses(): Promise<readonly string[]>;
}

/** Empties the database and starts a scene on it at `T`. */
export async function openScene(database: SceneDatabase): Promise<Scene> {
  await database.pool.query('truncate alert, incident, event, audit, maintenance restart identity cascade');
  await clearDiagnoses(database);
  const newId = countingIds();
  const scene: Scene = {
    now: T,
    topology: emptyTopology,
    ctx: (actor = systemActor) => ({
      store: database.store,
      actor,
      now: () => scene.now,
      newId,
      requestId: null,
      remoteAddress: null,
    }),
    async send(alerts, { groupKey, cluster = 'prod' } = { groupKey: null }) {
      const body = { ...testBody(alerts), groupKey };
      await commitSignals(database.store, [deliveryOf(body, cluster, scene.now)], newId);
    },
    correlate: (limit = 1_000) =>
      correlateWaiting(scene.ctx(), { limit, topology: () => scene.topology, reopenWindow: REOPEN_WINDOW }),
    async deliver(...alerts) {
      await scene.send(alerts);
      return scene.correlate();
    },
    sweep: () =>
      runSweeps(scene.ctx(), {
        quietPeriod: QUIET_PERIOD,
        onError: (_sweep, error) => {
          throw error;
        },
      }),
    async incidents() {
      const { rows } = await database.pool.query<{ id: string }>('select id from incident order by number');
      const found = await Promise.all(rows.map(({ id }) => database.store.incidents.get(id)));
      return found.filter((incident) => incident !== null);
    },
    episodes: () => episodesOf(database),
    async eventKinds(incidentId) {
      const { rows } = await database.pool.query<{ kind: string }>(
        'select kind from event where $1::text is null or incident_id = $1 order by id',
        [incidentId ?? null],
      );
      return rows.map(({ kind }) => kind);
    },
    diagnoses: () => clearDiagnoses(database),
  };
  return scene;
}

async function episodesOf({ pool }: SceneDatabase): Promise<readonly EpisodeState[]> {
  const { rows } = await pool.query<EpisodeState>(
    `select e.id, a.labels->>'alertname' as alert, e.status, e.incident_id, e.joined_by, e.join_reason, e.muted_by, e.correlate
       from alert_episode e join alert a on a.id = e.alert_id order by e.received_at, e.id`,
  );
  return rows;
}

async function clearDiagnoses({ pool, store }: SceneDatabase): Promise<readonly string[]> {
  // The first job of a database makes the tables of the queue.
  await store.jobs.send('diagnose', { incidentId: 'none' }, { key: 'none' });
  const { rows } = await pool.query<{ key: string }>(
    `delete from pgboss.job where name = 'diagnose' returning singleton_key as key`,
  );
  return rows.flatMap(({ key }) => (key === 'none' ? [] : [key])).sort();
}

/** A person with one role in one place. */
export function person(role: Role, namespace = '*', name = 'kim'): Actor {
  return { kind: 'user', id: `usr_${name}`, name, bindings: [{ role, cluster: '*', namespace }] };
}
