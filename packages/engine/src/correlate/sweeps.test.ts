import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { snoozeIncident } from '../incidents/snooze.ts';
import { testAlert } from '../intake/test-signals.ts';
import { createMaintenance } from '../maintenance/create.ts';
import { endMaintenance } from '../maintenance/end.ts';
import { runSweeps } from './run-sweeps.ts';
import { openScene, person, QUIET_PERIOD, REOPEN_WINDOW, type Scene, T } from './test-correlation.ts';

const CART = testAlert({ deployment: 'cart' }, { startsAt: T });
const NOTHING = { expired: 0, muted: 0, quiet: 0, snoozed: 0, flapping: 0 };

describe.each(ENGINES)('sweeps on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(database());
  });

  async function onlyIncident() {
    const [incident, ...others] = await scene.incidents();
    if (!incident || others.length > 0) throw new Error(`${others.length} incidents too many, or none`);
    return incident;
  }

  async function resolveAt(at: number): Promise<void> {
    scene.now = at;
    await scene.deliver({ ...CART, status: 'resolved', endsAt: at });
  }

  it('end an episode whose own end passed, once', async () => {
    await scene.deliver({ ...CART, endsAt: T + 4 * MINUTE });
    scene.now = T + 4 * MINUTE - 1;
    expect(await scene.sweep()).toEqual(NOTHING);
    scene.now = T + 4 * MINUTE;
    expect(await scene.sweep()).toEqual({ ...NOTHING, expired: 1 });
    expect(await scene.sweep()).toEqual(NOTHING);
    await scene.correlate();
    expect(await onlyIncident()).toMatchObject({ firingCount: 0, quietSince: scene.now });
    const { rows } = await database().pool.query(
      'select a.status, e.ended_by, e.ends_at from alert a join alert_episode e on e.alert_id = a.id',
    );
    expect(rows).toEqual([{ status: 'resolved', ended_by: 'expired', ends_at: T + 4 * MINUTE }]);
  });

  it('resolve an incident after the quiet period and ask for its last diagnosis', async () => {
    await scene.deliver(CART);
    await resolveAt(T + MINUTE);
    await scene.diagnoses();
    scene.now = T + MINUTE + QUIET_PERIOD - 1;
    expect(await scene.sweep()).toEqual(NOTHING);
    scene.now++;
    expect(await scene.sweep()).toEqual({ ...NOTHING, quiet: 1 });
    expect(await scene.sweep()).toEqual(NOTHING);
    const incident = await onlyIncident();
    expect(incident).toMatchObject({
      status: 'resolved',
      resolvedAt: scene.now,
      resolvedBy: 'Headwater',
      resolveReason: 'no alert has fired for 5m',
    });
    expect((await scene.eventKinds()).at(-1)).toBe('incident.resolved');
    expect(await scene.diagnoses()).toEqual([incident.id]);
  });

  it('resolve all that a storm leaves, however many', async () => {
    const storm = Array.from({ length: 450 }, (_, index) => testAlert({ deployment: `d${index}` }, { startsAt: T }));
    await scene.deliver(...storm);
    scene.now = T + MINUTE;
    await scene.deliver(...storm.map((alert) => ({ ...alert, status: 'resolved' as const, endsAt: scene.now })));
    scene.now += QUIET_PERIOD;
    expect(await scene.sweep()).toEqual({ ...NOTHING, quiet: 450 });
  });

  it('go on after one that failed', async () => {
    await scene.deliver({ ...CART, endsAt: T + MINUTE });
    scene.now = T + MINUTE;
    const failed: string[] = [];
    const { store } = scene.ctx();
    const transaction: typeof store.transaction = (work) =>
      store.transaction((tx) =>
        work({ ...tx, correlation: { ...tx.correlation, unmute: () => Promise.reject(new Error('no')) } }),
      );
    const swept = await runSweeps(
      { ...scene.ctx(), store: { ...store, transaction } },
      { quietPeriod: QUIET_PERIOD, onError: (sweep) => failed.push(sweep) },
    );
    expect(failed).toEqual(['muted']);
    expect(swept).toEqual({ ...NOTHING, expired: 1 });
  });

  it.each([
    ['reopens within the window', REOPEN_WINDOW, 1],
    ['is a new incident after it', REOPEN_WINDOW + 1, 2],
  ])('a refire %s', async (_, after, incidents) => {
    await scene.deliver(CART);
    await resolveAt(T + MINUTE);
    scene.now = T + MINUTE + QUIET_PERIOD;
    await scene.sweep();
    scene.now += after;
    await scene.deliver({ ...CART, startsAt: scene.now });
    const found = await scene.incidents();
    expect(found).toHaveLength(incidents);
    expect(found.at(-1)).toMatchObject({ status: 'open', firingCount: 1, resolvedAt: null, resolveReason: null });
    expect(found[0]?.reopened).toBe(incidents === 1 ? 1 : 0);
  });

  it('a reopened incident is found by its key again', async () => {
    await scene.deliver(CART);
    await resolveAt(T + MINUTE);
    scene.now = T + MINUTE + QUIET_PERIOD;
    await scene.sweep();
    scene.now += MINUTE;
    await scene.deliver(
      { ...CART, startsAt: scene.now },
      testAlert({ alertname: 'HighLatency', deployment: 'cart' }, { startsAt: scene.now }),
    );
    expect(await onlyIncident()).toMatchObject({ status: 'open', alertCount: 2, reopened: 1 });
  });

  it('wake a snoozed incident when its time is over, or when it becomes graver', async () => {
    await scene.deliver(CART);
    const { id } = await onlyIncident();
    await snoozeIncident(scene.ctx(person('responder')), { incidentId: id, until: T + HOUR });
    scene.now = T + HOUR - 1;
    expect(await scene.sweep()).toEqual(NOTHING);
    scene.now++;
    expect(await scene.sweep()).toEqual({ ...NOTHING, snoozed: 1 });
    expect(await onlyIncident()).toMatchObject({ snoozedUntil: null });
    await snoozeIncident(scene.ctx(person('responder')), { incidentId: id, until: T + 2 * HOUR });
    await scene.deliver(testAlert({ deployment: 'cart', alertname: 'Down', severity: 'critical' }, { startsAt: T }));
    expect(await onlyIncident()).toMatchObject({ snoozedUntil: null, severity: 'critical' });
    expect((await scene.eventKinds()).slice(-2)).toEqual(['incident.severity', 'incident.snoozed']);
  });

  it('clear flapping after thirty quiet minutes and leave a flapping incident open until then', async () => {
    for (let cycle = 0; cycle < 3; cycle++) {
      scene.now = T + cycle * 3 * MINUTE;
      await scene.deliver({ ...CART, startsAt: scene.now });
      await scene.diagnoses();
      scene.now += MINUTE;
      await scene.deliver({ ...CART, startsAt: scene.now - MINUTE, status: 'resolved', endsAt: scene.now });
      // The third end starts the flapping; only the ones before it ask for a diagnosis.
      expect(await scene.diagnoses()).toHaveLength(cycle < 2 ? 1 : 0);
    }
    expect((await scene.eventKinds()).at(-1)).toBe('incident.changed');
    const lastChange = scene.now;
    scene.now = lastChange + 29 * MINUTE;
    expect(await scene.sweep()).toEqual(NOTHING);
    scene.now = lastChange + 30 * MINUTE;
    expect(await scene.sweep()).toEqual({ ...NOTHING, flapping: 1 });
    expect(await scene.diagnoses()).toHaveLength(1);
    expect(await scene.sweep()).toEqual({ ...NOTHING, quiet: 1 });
  });

  describe('maintenance', () => {
    const matchers = [{ label: 'namespace', operator: '=', value: 'shop' }] as const;

    it('keeps matching alerts without an incident and hands over what still fires after it', async () => {
      const other = testAlert({ deployment: 'ledger', namespace: 'bank' }, { startsAt: T });
      const brief = testAlert({ deployment: 'brief' }, { startsAt: T });
      const maintenance = await createMaintenance(scene.ctx(person('responder')), {
        matchers,
        endsAt: T + HOUR,
        comment: 'upgrade',
      });
      expect(await scene.deliver(CART, brief, other)).toMatchObject({ muted: 2, opened: 1 });
      const muted = (await scene.episodes()).filter(({ muted_by }) => muted_by === maintenance.id);
      expect(muted.map(({ incident_id }) => incident_id)).toEqual([null, null]);
      scene.now = T + 2 * SECOND;
      await scene.deliver({ ...brief, status: 'resolved', endsAt: scene.now });
      scene.now = T + HOUR - 1;
      expect(await scene.sweep()).toEqual(NOTHING);
      scene.now++;
      expect(await scene.sweep()).toEqual({ ...NOTHING, muted: 1 });
      await scene.correlate();
      expect((await scene.incidents()).map(({ namespaces, alertCount }) => [namespaces, alertCount])).toEqual([
        [['bank'], 1],
        [['shop'], 1],
      ]);
    });

    it('can be ended early, once', async () => {
      const ctx = scene.ctx(person('responder'));
      const { id } = await createMaintenance(ctx, { matchers, endsAt: T + HOUR, comment: 'upgrade' });
      await scene.deliver(CART);
      await endMaintenance(ctx, { maintenanceId: id });
      await scene.correlate();
      expect(await scene.incidents()).toHaveLength(1);
      await expect(endMaintenance(ctx, { maintenanceId: id })).rejects.toMatchObject({ code: 'conflict' });
    });
  });
});
