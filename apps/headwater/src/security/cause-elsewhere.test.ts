import type { Actor } from '@headwater/core/access/actor.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { approveRemediation } from '@headwater/engine/approve/approve-remediation.ts';
import { askAboutIncident } from '@headwater/engine/ask/ask-about-incident.ts';
import { listRemediations } from '@headwater/engine/propose/list-remediations.ts';
import { proposeRemediation } from '@headwater/engine/propose/propose-remediation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { contextOf, diagnosedIncident, diagnosisOf } from '../regression/test-diagnosed-incident.ts';

// An incident of one namespace whose cause lies in another: who may act on the incident may not therefore read, or change, the cause.
describe('a cause in a namespace the caller has no role in', () => {
  const database = useDatabase('18');
  let incidentId: string;

  beforeAll(async () => {
    incidentId = await diagnosedIncident(database(), await diagnosisOf('oom-killed'));
    await database().pool.query(`update incident set namespaces = '{shop}' where id = $1`, [incidentId]);
  });

  function approverOf(id: string, ...namespaces: readonly string[]): VerbContext {
    const bindings = namespaces.map((namespace) => ({ role: 'approver' as const, cluster: 'prod', namespace }));
    const actor: Actor = { kind: 'user', id, name: id, bindings };
    return { ...contextOf(database(), { id }), actor };
  }

  const restart = (ctx: VerbContext, subject: { kind: string; namespace: string; name: string } | null = null) =>
    proposeRemediation(ctx, { incidentId, action: 'restart-workload', subject });

  it('is not told in an answer', async () => {
    const ask = (ctx: VerbContext) =>
      askAboutIncident(ctx, { incidentId, question: 'why, with what evidence?', conversationId: null });
    expect((await ask(approverOf('kim', 'shop', 'media'))).text).toContain('svc-playback');
    expect((await ask(approverOf('lee', 'shop'))).text).not.toMatch(/svc-playback|media/);
  });

  it('is neither proposed for, approved nor listed', async () => {
    const lee = approverOf('lee', 'shop');
    await expect(restart(lee)).rejects.toThrow();
    const named = { kind: 'Deployment', namespace: 'media', name: 'svc-playback' };
    await expect(restart(lee, named)).rejects.toThrow();
    const { id, planHash } = await restart(approverOf('kim', 'shop', 'media'));
    expect(await listRemediations(lee, incidentId)).toEqual([]);
    await expect(approveRemediation(lee, { id, planHash })).rejects.toMatchObject({ code: 'not_found' });
    const ann = approverOf('ann', 'shop', 'media');
    expect(await listRemediations(ann, incidentId)).toHaveLength(1);
    await expect(approveRemediation(ann, { id, planHash })).resolves.toMatchObject({ status: 'approved' });
  });
});
