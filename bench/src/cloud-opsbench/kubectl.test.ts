import { describe, expect, it } from 'vitest';
import { caseInput } from './adapter.ts';
import type { OpsCase } from './dataset.ts';
import { describedParts, pluralOf, printedObjects, readCommand } from './kubectl.ts';
import { caseLogs } from './logs.ts';
import { objectsFromTable } from './table-objects.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function caseOf(changes: Partial<OpsCase>): OpsCase {
  const result = { fault_taxonomy: '', fault_object: '', root_cause: '' };
  return {
    id: 'x',
    namespace: 'shop',
    query: '',
    result,
    kubectl: null,
    tools: {},
    alert: {},
    logs: null,
    metricsCsv: null,
    ...changes,
  };
}

describe('kubectl commands', () => {
  it('are read in any spelling', () => {
    expect(pluralOf('po')).toBe('pods');
    expect(pluralOf('statefulset.apps')).toBe('statefulsets');
    expect(pluralOf('networkpolicy')).toBe('networkpolicies');
    expect(pluralOf('widgets')).toBeNull();
    expect(readCommand('kubectl get sts/db -n shop -o wide')).toMatchObject({
      plural: 'statefulsets',
      name: 'db',
      namespace: 'shop',
    });
    expect(readCommand('kubectl get pods -l app=web')).toMatchObject({ name: null, isWhole: false });
    expect(readCommand('kubectl top pods')).toBeNull();
  });

  it('take several described objects and printed lists apart', () => {
    expect(describedParts('Name: a\nX: 1\n\n\nName: b\n')).toHaveLength(2);
    expect(describedParts('Error from server (NotFound): pods "a" not found')).toEqual([]);
    expect(printedObjects('{"kind":"List","items":[{"kind":"Pod"},{"kind":"Pod"}]}')).toHaveLength(2);
    expect(printedObjects('{"kind":"List","items":[{"ki')).toEqual([]);
    expect(printedObjects('apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n')).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    ]);
  });
});

describe('tables', () => {
  it('are read by their titles, whatever the order of the columns', () => {
    const text =
      'NAME    STATUS             READY   RESTARTS      NODE     AGE\nweb-1   CrashLoopBackOff   1/2     4 (31s ago)   node-a   5m12s\n';
    const [pod] = objectsFromTable('Pod', text, { namespace: 'shop', now: NOW, isKnown: () => false });
    expect(pod).toMatchObject({
      metadata: { name: 'web-1', namespace: 'shop', creationTimestamp: '2026-03-01T09:54:48Z' },
      spec: { nodeName: 'node-a' },
      status: {
        containerStatuses: [
          { ready: true },
          { ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      },
    });
  });

  it('are nothing when kubectl said something else', () => {
    const context = { namespace: 'shop', now: NOW, isKnown: () => false };
    expect(objectsFromTable('Pod', 'No resources found in shop namespace.', context)).toEqual([]);
    expect(objectsFromTable('Pod', 'Error from server (Forbidden): pods is forbidden', context)).toEqual([]);
  });

  it('make no object of what is known already', () => {
    const text = 'NAMESPACE   NAME    READY\nshop        web-1   1/1\n\nother       web-1   1/1\nshop\n';
    const isKnown = (_name: string, namespace?: string): boolean => namespace === 'shop';
    const objects = objectsFromTable('Pod', text, { namespace: 'shop', now: NOW, isKnown });
    expect(objects).toMatchObject([{ metadata: { name: 'web-1', namespace: 'other' } }]);
  });
});

describe('a case', () => {
  const set =
    'Name:               db\nNamespace:          shop\nSelector:           app=db\nReplicas:           1 desired | 1 total\nPods Status:        1 Running / 0 Waiting / 0 Succeeded / 0 Failed\n';

  it('takes the running Pods of a StatefulSet for Ready where its Pods are unknown', () => {
    const { objects } = caseInput(caseOf({ kubectl: { 'kubectl describe statefulsets db -n shop': set } }));
    expect(objects.find(({ kind }) => kind === 'StatefulSet')?.['status']).toMatchObject({
      replicas: 1,
      readyReplicas: 1,
    });
  });

  it('counts its Ready Pods where they are known', () => {
    const pod =
      'Name:         db-0\nNamespace:    shop\nLabels:       app=db\nStatus:       Running\nConditions:\n  Type    Status\n  Ready   False \n';
    const kubectl = { 'kubectl describe statefulsets db -n shop': set, 'kubectl describe pods db-0 -n shop': pod };
    const { objects } = caseInput(caseOf({ kubectl }));
    expect(objects.find(({ kind }) => kind === 'StatefulSet')?.['status']).toMatchObject({ readyReplicas: 0 });
  });

  it('keeps an applied object missing that a full list does not hold', () => {
    const yaml = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n';
    const tools = { GetAppYAML: { '{"app_name":"web"}': yaml } };
    const names = (kubectl: OpsCase['kubectl']): string[] =>
      caseInput(caseOf({ kubectl, tools })).objects.map(({ metadata }) => metadata.name);
    expect(names({ 'kubectl get services -n shop': '' })).toEqual([]);
    expect(names(null)).toEqual(['web']);
  });
});

describe('logs', () => {
  it('that are missing are taken from the error summary', () => {
    const summary = { total_errors: 2, patterns: [{ count: 2, sample: 'it broke' }] };
    expect(caseLogs(null, { '{"namespace":"shop","service_name":"web"}': summary })).toEqual({
      web: ['it broke', 'it broke'],
    });
    expect(caseLogs({ web: ['mine'] }, { '{"service_name":"web"}': summary })).toEqual({ web: ['mine'] });
    expect(caseLogs(null, { '{"service_name":"web"}': { app: {}, previous: JSON.stringify(summary) } })).toEqual({
      web: { previous: ['it broke', 'it broke'] },
    });
  });
});
