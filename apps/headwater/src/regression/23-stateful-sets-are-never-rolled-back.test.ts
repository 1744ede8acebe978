import { describe, expect, it } from 'vitest';
import { planAction } from '@headwater/core/remediation/plan.ts';
import { suggestedActions } from '@headwater/engine/propose/propose-remediation.ts';
import { diagnosisOf } from './test-diagnosed-incident.ts';

// KubLens: the owner of a Pod was made up from its name, so that `my-db-0` could roll back a Deployment `my`.
describe('a Pod of a StatefulSet never leads to a rollback of a Deployment', () => {
  it.each(['hard-cascade', 'volume-full', 'pv-pvc-mismatch', 'storageclass-missing', 'stuck-terminating'])(
    '%s',
    async (recording) => {
      const diagnosis = await diagnosisOf(recording);
      const subjects = suggestedActions(diagnosis, 'prod').filter(({ action }) => action === 'rollback-deployment');
      expect(subjects).toEqual([]);
    },
  );

  it.each(['StatefulSet', 'Pod', 'ReplicaSet'])('no plan rolls back a %s', (kind) => {
    const planned = planAction('rollback-deployment', { kind, namespace: 'shop', name: 'checkout-db-0' }, 'prod');
    expect(planned).toHaveProperty('reason');
  });
});
