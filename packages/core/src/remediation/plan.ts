import type { Place } from '../access/scope.ts';
import { formatSubject, type Subject } from '../subject.ts';

/** What Headwater can do to a cluster. A closed list: whatever is not here is advice for people. */
export const ACTION_KINDS = ['restart-workload', 'rollback-deployment', 'cordon-node'] as const;

export type ActionKind = (typeof ACTION_KINDS)[number];

/** The object an action changes, by identity; with a uid, no other object under the same name will do. */
export interface ActionTarget extends Subject {
  readonly cluster: string;
  readonly apiVersion: string;
}

/** Where an action changes something: who acts on an incident of one namespace may not reach into another. */
export function placeOfTarget({ cluster, namespace }: ActionTarget): Place {
  return { cluster, namespaces: namespace ? [namespace] : [] };
}

/** Exactly what will be done; approvals are given to its hash. */
export interface Plan {
  readonly action: ActionKind;
  readonly target: ActionTarget;
  readonly risk: 'R1' | 'R2';
  readonly statement: string;
  readonly undo: string;
}

interface ActionRule {
  readonly kinds: Readonly<Record<string, string>>;
  readonly risk: Plan['risk'];
  readonly statement: (target: string) => string;
  readonly undo: string;
}

// The kinds an action is meant for, with their API version. A StatefulSet is never rolled back: its Pods keep their disks.
const RULES: Readonly<Record<ActionKind, ActionRule>> = {
  'restart-workload': {
    kinds: { Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1' },
    risk: 'R1',
    statement: (target) => `Restart the Pods of ${target} one after another`,
    undo: 'Nothing to undo: the same Pods start again',
  },
  'rollback-deployment': {
    kinds: { Deployment: 'apps/v1' },
    risk: 'R2',
    statement: (target) => `Roll ${target} back to the revision before`,
    undo: 'Roll back once more, to the revision of today',
  },
  'cordon-node': {
    kinds: { Node: 'v1' },
    risk: 'R1',
    statement: (target) => `Keep new Pods off ${target}`,
    undo: 'Uncordon the Node',
  },
};

/** The words of a diagnosis for what these actions do. */
export const SUGGESTED_ACTIONS: Readonly<Record<string, ActionKind>> = {
  restart: 'restart-workload',
  'rollout-undo': 'rollback-deployment',
  cordon: 'cordon-node',
};

/** The plan of an action on an object, or why there is none. */
export function planAction(
  action: ActionKind,
  subject: Subject,
  cluster: string,
): { readonly plan: Plan } | { readonly reason: string } {
  const rule = RULES[action];
  const apiVersion = rule.kinds[subject.kind];
  if (apiVersion === undefined)
    return { reason: `${action} is for ${Object.keys(rule.kinds).join(', ')}, and ${formatSubject(subject)} is none` };
  const { kind, namespace, name, uid } = subject;
  const target = { cluster, apiVersion, kind, namespace, name, uid };
  return {
    plan: { action, target, risk: rule.risk, statement: rule.statement(formatSubject(subject)), undo: rule.undo },
  };
}
