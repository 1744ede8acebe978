import type { SchedulingReasonKind } from '../../topology/scheduling.ts';
import { isConditionTaint, isRoleTaint } from '../../topology/scheduling-nodes.ts';

/** Reasons the scheduler gives besides those of single Nodes: `claim` is about volumes, before any Node is looked at. */
export type MessageReasonKind = SchedulingReasonKind | 'role-taint' | 'node-rules' | 'claim' | 'other';

export interface MessageReason {
  readonly kind: MessageReasonKind;
  /** The resource, the taint as `key=value`, or the text itself. */
  readonly key: string;
  /** How many Nodes; 0 when the scheduler gives no number. */
  readonly count: number;
}

/** A scheduler message taken apart. */
export interface SchedulerMessage {
  readonly text: string;
  /** Nodes in the cluster as the scheduler counted them; null when it does not say. */
  readonly nodes: number | null;
  readonly reasons: readonly MessageReason[];
}

// The wording of the scheduler's filters, over the versions that are still in use.
const PATTERNS: readonly (readonly [RegExp, MessageReasonKind])[] = [
  [/unschedulable\b/i, 'cordoned'],
  [/pod anti-?affinity|existing pods'? anti-?affinity|affinity\/anti-affinity/i, 'pod-anti-affinity'],
  [/pod affinity rules/i, 'pod-affinity'],
  [/topology spread/i, 'topology-spread'],
  [/volume node affinity|volume'?s node affinity|available volume zone/i, 'volume-node-affinity'],
  [/node affinity|node selector|requested hostname|requested node name/i, 'node-rules'],
  [/free ports/i, 'host-port'],
  [/too many pods/i, 'pod-count'],
  [/persistent ?volume|storageclass|enough free storage|max volume count|volume ?claim/i, 'claim'],
];

/** Takes a scheduler message apart into its reasons; the part about preemption is left out. */
export function parseSchedulerMessage(text: string): SchedulerMessage {
  const body = text.split(/\.?\s*preemption:/i)[0] ?? text;
  const head = /\b\d+\/(\d+) nodes are available:?\s*/i.exec(body);
  const list = (head ? body.slice(head.index + head[0].length) : body).replace(/\.\s*$/, '');
  return {
    text,
    nodes: head?.[1] ? Number(head[1]) : null,
    reasons: splitReasons(list).flatMap(readReason),
  };
}

// Taints hold commas of their own in old versions: `had taint {a: b}, that the pod didn't tolerate`.
function splitReasons(list: string): readonly string[] {
  return list
    .replace(/\},\s*that the pod/gi, '} that the pod')
    .split(/,\s+(?=\d+ |[a-z]+ ?volume)|\.\s+(?=\d+ )/i)
    .map((part) => part.trim())
    .filter(Boolean);
}

function readReason(part: string): MessageReason[] {
  const counted = /^(\d+)\s+(.*)$/s.exec(part);
  const count = Number(counted?.[1] ?? 0);
  const text = counted?.[2] ?? part;
  const shortage = /^insufficient\s+([\w./-]+)/i.exec(text);
  if (shortage?.[1]) {
    const key = shortage[1].replace(/\.$/, '');
    return [{ kind: key === 'pods' ? 'pod-count' : 'resource', key, count }];
  }
  const taint = /taint(?:s|\(s\))?\s*(?:\{\s*([^:}]*):?\s*([^}]*)\})?/i.exec(text);
  if (taint) return [taintReason(taint[1]?.trim() ?? '', taint[2]?.trim() ?? '', count)];
  const known = PATTERNS.find(([pattern]) => pattern.test(text));
  return [{ kind: known?.[1] ?? 'other', key: text, count }];
}

function taintReason(key: string, value: string, count: number): MessageReason {
  const shown = value ? `${key}=${value}` : key;
  if (key === 'node.kubernetes.io/unschedulable') return { kind: 'cordoned', key: shown, count };
  if (isRoleTaint({ key })) return { kind: 'role-taint', key: shown, count };
  return { kind: isConditionTaint({ key }) ? 'node-condition' : 'taint', key: shown, count };
}

/** The claim a scheduler message says is missing; null when it says something else. */
export function missingClaim(message: string): string | null {
  return /persistentvolumeclaim "([^"]+)" not found/i.exec(message)?.[1] ?? null;
}
