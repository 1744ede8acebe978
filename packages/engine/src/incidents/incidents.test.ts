import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openScene, person, type Scene, T } from '../correlate/test-correlation.ts';
import { testAlert } from '../intake/test-signals.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { acknowledgeIncident } from './acknowledge.ts';
import { assignIncident } from './assign.ts';
import type { IncidentTarget } from './change-incident.ts';
import { editIncident } from './edit.ts';
import { hideIncident } from './hide.ts';
import { reopenIncident } from './reopen.ts';
import { resolveIncident } from './resolve.ts';
import { snoozeIncident } from './snooze.ts';
import { unacknowledgeIncident } from './unacknowledge.ts';
import { unhideIncident } from './unhide.ts';
import { unsnoozeIncident } from './unsnooze.ts';

const CART = testAlert({ deployment: 'cart' }, { startsAt: T });
const kim = person('responder');

type Verb = (ctx: ReturnType<Scene['ctx']>, input: IncidentTarget) => Promise<Incident>;

const VERBS: Readonly<Record<string, Verb>> = {
  acknowledge: acknowledgeIncident,
  snooze: (ctx, input) => snoozeIncident(ctx, { ...input, until: T + HOUR }),
  assign: (ctx, input) => assignIncident(ctx, { ...input, assignee: 'lee' }),
  edit: (ctx, input) => editIncident(ctx, { ...input, title: 'Cart is down' }),
  hide: hideIncident,
  resolve: (ctx, input) => resolveIncident(ctx, { ...input, reason: 'rolled back' }),
};

describe.each(ENGINES)('incident verbs on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: Scene;
  let id = '';
  beforeEach(async () => {
    scene = await openScene(database());
    await scene.deliver(CART);
    await scene.diagnoses();
    id = (await scene.incidents())[0]?.id ?? '';
  });

  const act = () => scene.ctx(kim);
  const audits = async () =>
    (
      await database()
        .db.selectFrom('audit')
        .select(['action', 'actor_name', 'before', 'after'])
        .orderBy('id')
        .execute()
    ).map(({ action, actor_name, before, after }) => ({ action, actor: actor_name, before, after }));

  it.each(Object.entries(VERBS))(
    '%s: only where permitted, only at the version seen, with audit and event',
    async (_, verb) => {
      const target = { incidentId: id };
      await expect(verb(scene.ctx(person('viewer')), target)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(verb(scene.ctx(person('admin', 'bank')), target)).rejects.toMatchObject({ code: 'not_found' });
      await expect(verb(act(), { incidentId: 'inc_none' })).rejects.toMatchObject({ code: 'not_found' });
      const [before] = await scene.incidents();
      const expectedVersion = before?.version ?? 0;
      await expect(verb(act(), { ...target, expectedVersion: expectedVersion - 1 })).rejects.toMatchObject({
        code: 'precondition',
        details: { version: expectedVersion },
      });
      expect(await audits()).toEqual([]);
      expect(await verb(act(), { ...target, expectedVersion })).toMatchObject({ version: expectedVersion + 1 });
      expect(await audits()).toHaveLength(1);
      expect(await scene.eventKinds()).toHaveLength(2);
    },
  );

  it('acknowledge and take it back', async () => {
    expect(await acknowledgeIncident(act(), { incidentId: id })).toMatchObject({
      status: 'acknowledged',
      acknowledgedAt: T,
      acknowledgedBy: 'kim',
    });
    await expect(acknowledgeIncident(act(), { incidentId: id })).rejects.toMatchObject({
      code: 'conflict',
      message: 'acknowledge is not possible: the incident is acknowledged already',
    });
    expect(await unacknowledgeIncident(act(), { incidentId: id })).toMatchObject({
      status: 'open',
      acknowledgedBy: null,
    });
    expect(await audits()).toEqual([
      {
        action: 'incident.acknowledge',
        actor: 'kim',
        before: { status: 'open', acknowledgedAt: null, acknowledgedBy: null },
        after: { status: 'acknowledged', acknowledgedAt: T, acknowledgedBy: 'kim' },
      },
      expect.objectContaining({ action: 'incident.unacknowledge' }),
    ]);
  });

  it('snooze within its limits, and wake', async () => {
    await expect(snoozeIncident(act(), { incidentId: id, until: T })).rejects.toMatchObject({ code: 'invalid' });
    await expect(snoozeIncident(act(), { incidentId: id, until: T + 1_000 * HOUR })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await snoozeIncident(act(), { incidentId: id, until: T + HOUR })).toMatchObject({ snoozedUntil: T + HOUR });
    expect(await unsnoozeIncident(act(), { incidentId: id })).toMatchObject({ snoozedUntil: null });
    await expect(unsnoozeIncident(act(), { incidentId: id })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('assign to a person and to nobody', async () => {
    expect(await assignIncident(act(), { incidentId: id, assignee: 'lee' })).toMatchObject({ assignee: 'lee' });
    expect(await assignIncident(act(), { incidentId: id, assignee: null })).toMatchObject({ assignee: null });
  });

  it('edit: what a person writes counts as theirs, what stays the same does not', async () => {
    const same = { title: 'PodDown on Deployment shop/cart', severity: 'warning' } as const;
    expect(await editIncident(act(), { incidentId: id, ...same })).toMatchObject({
      titleBy: 'alerts',
      severityBy: 'alerts',
    });
    expect(
      await editIncident(act(), { incidentId: id, severity: 'high', analysisSummary: 'a bad image' }),
    ).toMatchObject({
      severity: 'high',
      severityBy: 'person',
      analysisSummary: 'a bad image',
    });
    expect((await scene.eventKinds()).slice(-2)).toEqual(['incident.changed', 'incident.severity']);
    await expect(editIncident(act(), { incidentId: id, title: ' ' })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('hide and unhide', async () => {
    expect(await hideIncident(act(), { incidentId: id })).toMatchObject({ hidden: true });
    await expect(hideIncident(act(), { incidentId: id })).rejects.toMatchObject({ code: 'conflict' });
    expect(await unhideIncident(act(), { incidentId: id })).toMatchObject({ hidden: false });
  });

  it('resolve while alerts fire: they stay, the key is free, a diagnosis is asked for', async () => {
    expect(await resolveIncident(act(), { incidentId: id, reason: 'rolled back' })).toMatchObject({
      status: 'resolved',
      resolvedBy: 'kim',
      resolveReason: 'rolled back',
      firingCount: 1,
    });
    expect(await scene.diagnoses()).toEqual([id]);
    await scene.deliver(CART);
    await scene.deliver(testAlert({ alertname: 'HighLatency', deployment: 'cart' }, { startsAt: T }));
    expect((await scene.incidents()).map(({ status, alertCount }) => [status, alertCount])).toEqual([
      ['resolved', 1],
      ['open', 1],
    ]);
  });

  it('reopen, unless another open incident is about the same by now', async () => {
    await resolveIncident(act(), { incidentId: id });
    expect(await reopenIncident(act(), { incidentId: id, reason: 'too early' })).toMatchObject({
      status: 'open',
      reopened: 1,
      resolvedAt: null,
      resolvedBy: null,
    });
    await scene.deliver(testAlert({ alertname: 'HighLatency', deployment: 'cart' }, { startsAt: T }));
    expect(await scene.incidents()).toMatchObject([{ alertCount: 2 }]);
    await resolveIncident(act(), { incidentId: id });
    scene.now = T + MINUTE;
    await scene.deliver(testAlert({ alertname: 'Other', deployment: 'cart' }, { startsAt: scene.now }));
    const other = (await scene.incidents())[1]?.id;
    await expect(reopenIncident(act(), { incidentId: id })).rejects.toMatchObject({
      code: 'conflict',
      details: { openIncident: other },
    });
  });
});
