import { describe, expect, it } from 'vitest';
import { missingClaim, parseSchedulerMessage } from './scheduler-message.ts';

function reasons(text: string): string[] {
  return parseSchedulerMessage(text).reasons.map(
    ({ kind, key, count }) =>
      `${count} ${kind}${['resource', 'taint', 'node-condition', 'role-taint'].includes(kind) ? ` ${key}` : ''}`,
  );
}

describe('parseSchedulerMessage', () => {
  it.each([
    [
      '0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.',
      ['1 cordoned', '3 resource cpu'],
    ],
    ["0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", ['3 node-rules']],
    ["0/3 nodes are available: 3 node(s) didn't match node selector.", ['3 node-rules']],
    [
      "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient memory.",
      ['1 role-taint node-role.kubernetes.io/master', '2 resource memory'],
    ],
    [
      '0/3 nodes are available: 1 node(s) had untolerated taint {team: ml}, 2 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
      ['1 taint team=ml', '2 node-condition node.kubernetes.io/not-ready'],
    ],
    ["0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", ['2 pod-anti-affinity']],
    ["0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules.", ['2 pod-anti-affinity']],
    ["0/2 nodes are available: 2 node(s) didn't match pod affinity rules.", ['2 pod-affinity']],
    [
      "0/6 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label), 3 Too many pods.",
      ['3 topology-spread', '3 pod-count'],
    ],
    [
      "0/2 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 Insufficient nvidia.com/gpu.",
      ['1 host-port', '1 resource nvidia.com/gpu'],
    ],
    ['0/3 nodes are available: 3 node(s) had volume node affinity conflict.', ['3 volume-node-affinity']],
    ["0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.", ['3 volume-node-affinity']],
    ['0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims.', ['0 claim']],
    ['0/4 nodes are available: 4 pod has unbound immediate PersistentVolumeClaims.', ['4 claim']],
    [
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't find available persistent volumes to bind.",
      ['1 cordoned', '2 claim'],
    ],
    ['no nodes available to schedule pods', ['0 other']],
  ])('%s', (text, expected) => expect(reasons(text)).toEqual(expected));

  it('counts the Nodes of the cluster, not of the preemption part', () => {
    expect(
      parseSchedulerMessage('0/4 nodes are available: 4 Insufficient cpu. preemption: 0/9 nodes are available.').nodes,
    ).toBe(4);
    expect(parseSchedulerMessage('persistentvolumeclaim "data" not found').nodes).toBeNull();
  });
});

it('reads the name of a missing claim', () => {
  expect(missingClaim('0/4 nodes are available: persistentvolumeclaim "data" not found. preemption: …')).toBe('data');
  expect(missingClaim('pod has unbound immediate PersistentVolumeClaims')).toBeNull();
});
