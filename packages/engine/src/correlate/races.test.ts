import { AppError } from '@headwater/core/errors.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { mergeIncidents } from '../incidents/merge.ts';
import { moveAlert } from '../incidents/move-alert.ts';
import { reopenIncident } from '../incidents/reopen.ts';
import { resolveIncident } from '../incidents/resolve.ts';
import { splitIncident } from '../incidents/split.ts';
import { unmergeIncident } from '../incidents/unmerge.ts';
import { testAlert } from '../intake/test-signals.ts';
import { openScene, person, type Scene, T } from './test-correlation.ts';

type Random = () => number;

// Park and Miller: the same seed, the same run.
function seeded(seed: number): Random {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const DEPLOYMENTS = ['cart', 'search', 'ledger', 'web'];
const NAMES = ['PodDown', 'Slow', 'Errors'];
// Refusals people get in such a throng; anything else is a defect.
const EXPECTED = new Set(['conflict', 'invalid', 'not_found']);

describe.each(ENGINES)('many at once on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  function pick<T>(items: readonly T[], random: Random): T | undefined {
    return items[Math.floor(random() * items.length)];
  }

  async function sendSome(scene: Scene, random: Random): Promise<void> {
    const deployment = pick(DEPLOYMENTS, random) ?? '';
    const alert = testAlert({ deployment, alertname: pick(NAMES, random) ?? '' });
    const startsAt = scene.now - Math.floor(random() * 3) * SECOND;
    const ends = random() < 0.4;
    await scene.send([{ ...alert, startsAt, ...(ends ? { status: 'resolved' as const, endsAt: scene.now } : {}) }]);
  }

  async function doSomething(scene: Scene, random: Random): Promise<void> {
    const ctx = scene.ctx(person('responder'));
    const [one, other] = [pick(await scene.incidents(), random), pick(await scene.incidents(), random)];
    const { rows } = await database().pool.query<{ id: string }>('select id from alert order by id');
    const alertId = pick(rows, random)?.id ?? '';
    if (!one || !other) return;
    const deeds = [
      () => resolveIncident(ctx, { incidentId: one.id }),
      () => reopenIncident(ctx, { incidentId: one.id }),
      () => mergeIncidents(ctx, { incidentId: one.id, sourceIds: [other.id] }),
      () => unmergeIncident(ctx, { incidentId: one.mergedInto ?? '', sourceId: one.id }),
      () => splitIncident(ctx, { incidentId: one.id, alertIds: [alertId] }),
      () => moveAlert(ctx, { alertId, toIncidentId: other.id }),
      () => scene.sweep(),
    ];
    try {
      await pick<() => Promise<unknown>>(deeds, random)?.();
    } catch (error) {
      if (!(error instanceof AppError) || !EXPECTED.has(error.code)) throw error;
    }
  }

  async function broken(): Promise<unknown> {
    const { rows } = await database().pool.query(`
      select 'waits' as what, id from alert_episode where correlate
      union all select 'has no incident', id from alert_episode where status = 'firing' and incident_id is null
      union all select 'is in a merged one', e.id from alert_episode e join incident i on i.id = e.incident_id where i.merged_into is not null
      union all select 'holds a key though closed', k.incident_id from incident_key k join incident i on i.id = k.incident_id
        where k.open and (i.status = 'resolved' or i.merged_into is not null)
      union all select 'counts wrong', i.id from incident i left join (
          select incident_id, count(distinct alert_id) as alerts, count(*) filter (where status = 'firing') as firing
          from alert_episode group by incident_id) e on e.incident_id = i.id
        where i.alert_count <> coalesce(e.alerts, 0) or i.firing_count <> coalesce(e.firing, 0)
      union all select 'is quiet and fires', id from incident where status <> 'resolved' and (quiet_since is null) <> (firing_count > 0)`);
    return rows;
  }

  it.each([1, 2])('every rule holds after a throng (seed %i)', async (seed) => {
    const random = seeded(seed);
    const scene = await openScene(database());
    for (let round = 0; round < 8; round++) {
      scene.now = T + round * MINUTE;
      const deeds: Promise<unknown>[] = [];
      for (let index = 0; index < 6; index++) {
        deeds.push(sendSome(scene, random), scene.correlate(3), doSomething(scene, random));
      }
      await Promise.all(deeds);
    }
    while ((await scene.correlate()).episodes > 0);
    expect(await broken()).toEqual([]);
  });
});
