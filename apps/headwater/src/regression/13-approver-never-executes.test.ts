import { describe, expect, it } from 'vitest';
import { approveRemediation, rejectRemediation } from '@headwater/engine/approve/approve-remediation.ts';
import { executeRemediation } from '@headwater/engine/execute/execute-remediation.ts';
import { proposeRemediation } from '@headwater/engine/propose/propose-remediation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { contextOf, diagnosedIncident, diagnosisOf } from './test-diagnosed-incident.ts';

// KubLens: four eyes compared display names, and only when both had one.
describe('the approver never executes, under any name', () => {
  const database = useDatabase('18');
  const remediator = () => ({ run: () => Promise.resolve({ state: 'done', statement: 'restarted' } as const) });

  async function proposal() {
    const incidentId = await diagnosedIncident(database(), await diagnosisOf('oom-killed'));
    return proposeRemediation(contextOf(database(), { id: 'usr_1', name: 'Ada' }), {
      incidentId,
      action: 'restart-workload',
      subject: null,
    });
  }

  it('refuses the same person with another name, and takes a namesake', async () => {
    const { id, planHash } = await proposal();
    await approveRemediation(contextOf(database(), { id: 'usr_2', name: 'Ben' }), { id, planHash });
    const renamed = contextOf(database(), { id: 'usr_2', name: 'Zoe' });
    await expect(executeRemediation(renamed, id, { remediator })).rejects.toThrow('who approved a plan cannot run it');
    const namesake = contextOf(database(), { id: 'usr_3', name: 'Ben' });
    await expect(executeRemediation(namesake, id, { remediator })).resolves.toMatchObject({ status: 'executed' });
  });

  it('refuses the proposer, another plan, and who may not approve', async () => {
    const { id, planHash } = await proposal();
    const proposer = contextOf(database(), { id: 'usr_1', name: 'Somebody' });
    await expect(approveRemediation(proposer, { id, planHash })).rejects.toMatchObject({ code: 'conflict' });
    const ben = contextOf(database(), { id: 'usr_2' });
    await expect(approveRemediation(ben, { id, planHash: `${planHash}0` })).rejects.toThrow(
      'not the one that was shown',
    );
    const responder = contextOf(database(), { id: 'usr_4', role: 'responder' });
    await expect(approveRemediation(responder, { id, planHash })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(rejectRemediation(ben, { id, reason: 'not now' })).resolves.toMatchObject({
      status: 'rejected',
      outcome: 'not now',
    });
  });

  it('leaves a row in the audit for every step', async () => {
    const { id, planHash } = await proposal();
    await approveRemediation(contextOf(database(), { id: 'usr_2', name: 'Ben' }), { id, planHash });
    const rows = await database()
      .db.selectFrom('audit')
      .select(['action', 'actor_id'])
      .where('target_id', '=', id)
      .orderBy('id')
      .execute();
    expect(rows).toEqual([
      { action: 'remediation.propose', actor_id: 'usr_1' },
      { action: 'remediation.approve', actor_id: 'usr_2' },
    ]);
  });
});
