import { describe, expect, it } from 'vitest';
import { approveRemediation } from '@headwater/engine/approve/approve-remediation.ts';
import { executeRemediation } from '@headwater/engine/execute/execute-remediation.ts';
import type { Remediator } from '@headwater/engine/ports/remediator.ts';
import { proposeRemediation } from '@headwater/engine/propose/propose-remediation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { contextOf, diagnosedIncident, diagnosisOf } from './test-diagnosed-incident.ts';

// KubLens: two callers could both pass the status check, and both ran.
describe.each(ENGINES)('two concurrent executes run once, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('of twenty callers one runs the plan, the others are told', async () => {
    const incidentId = await diagnosedIncident(database(), await diagnosisOf('oom-killed'));
    const proposed = await proposeRemediation(contextOf(database(), { id: 'ada' }), {
      incidentId,
      action: 'restart-workload',
      subject: null,
    });
    await approveRemediation(contextOf(database(), { id: 'ben' }), { id: proposed.id, planHash: proposed.planHash });
    let runs = 0;
    const remediator: Remediator = {
      run: async () => {
        runs++;
        await new Promise((done) => setTimeout(done, 30));
        return { state: 'done', statement: 'restarted' };
      },
    };
    const callers = Array.from({ length: 20 }, (_, index) =>
      executeRemediation(contextOf(database(), { id: `caller-${index}` }), proposed.id, {
        remediator: () => remediator,
      }),
    );
    const results = await Promise.allSettled(callers);
    expect(runs).toBe(1);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    expect(await database().store.remediations.get(proposed.id)).toMatchObject({
      status: 'executed',
      outcome: 'restarted',
    });
    const again = executeRemediation(contextOf(database(), { id: 'ada' }), proposed.id, {
      remediator: () => remediator,
    });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a run whose process died is called unknown, never run again', async () => {
    const incidentId = await diagnosedIncident(database(), await diagnosisOf('oom-killed'));
    const { id, planHash } = await proposeRemediation(contextOf(database(), { id: 'ada' }), {
      incidentId,
      action: 'restart-workload',
      subject: null,
    });
    const ben = contextOf(database(), { id: 'ben' });
    await approveRemediation(ben, { id, planHash });
    const { remediations } = database().store;
    await remediations.move(id, { from: 'approved', to: 'executing', now: ben.now() });
    expect(await remediations.abandon(ben.now() + 1, ben.now() + 2)).toBe(1);
    expect(await remediations.get(id)).toMatchObject({ status: 'unknown' });
    const again = executeRemediation(contextOf(database(), { id: 'ada' }), id, { remediator: () => null });
    await expect(again).rejects.toThrow();
  });
});
