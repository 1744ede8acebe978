import { describe, expect, it } from 'vitest';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { proposeRemediation, suggestedActions } from '@headwater/engine/propose/propose-remediation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { contextOf, diagnosedIncident, diagnosisOf } from './test-diagnosed-incident.ts';

// KubLens: analyzers named a Pod by `resource` and `namespace`, proposals took `namespace/name` apart: no proposal was ever made.
const RECORDINGS = [
  'version-errors',
  'config-stale',
  'kubelet-down',
  'node-disk-pressure',
  'oom-killed',
  'rollout-stuck',
];

describe('proposals take the identity a diagnosis gives', () => {
  const database = useDatabase('18');

  it.each(RECORDINGS)('%s', async (recording) => {
    const diagnosis = await diagnosisOf(recording);
    for (const { action, subject } of suggestedActions(diagnosis, 'prod')) {
      const incidentId = await diagnosedIncident(database(), diagnosis);
      const { plan } = await proposeRemediation(contextOf(database(), { id: 'ada' }), { incidentId, action, subject });
      expect(subjectKey(plan.target)).toBe(subjectKey(subject));
      expect(plan.target.cluster).toBe('prod');
      expect(plan.statement).toContain(formatSubject(subject));
    }
  });

  it('makes proposals at all', async () => {
    const diagnoses = await Promise.all(RECORDINGS.map(diagnosisOf));
    expect(diagnoses.flatMap((diagnosis) => suggestedActions(diagnosis, 'prod')).length).toBeGreaterThan(2);
  });

  it('refuses an object the diagnosis does not name', async () => {
    const incidentId = await diagnosedIncident(database(), await diagnosisOf('oom-killed'));
    const elsewhere = { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };
    const proposal = proposeRemediation(contextOf(database(), { id: 'ada' }), {
      incidentId,
      action: 'restart-workload',
      subject: elsewhere,
    });
    await expect(proposal).rejects.toMatchObject({ code: 'invalid' });
  });
});
