import type { IncidentStatus } from '../incident/status.ts';
import { DAY, formatDuration, type Millis } from '../time.ts';

/** A diagnosed incident that is not over, as the question "is it the same one?" sees it. */
export interface CausePeer {
  readonly id: string;
  readonly number: number;
  readonly status: IncidentStatus;
  readonly namespaces: readonly string[];
  readonly startedAt: Millis;
  readonly confidence: 'high' | 'medium' | 'low';
  /** What the first cause blames, in words and unique within the cluster. */
  readonly cause: string;
  /** A person acknowledged it, took it or renamed it. */
  readonly handled: boolean;
  /** A person took it apart from another incident. */
  readonly separated: boolean;
}

export interface MergeByCause {
  readonly source: CausePeer;
  readonly target: CausePeer;
  readonly reason: string;
}

const APART = DAY;

/**
 * The merge that makes one of two incidents with the same cause, or null. The younger goes into the older one, and only when nobody works on it,
 * nobody took it apart before, both causes are sure enough, and whoever could see it can see the older one.
 */
export function decideMergeByCause(incident: CausePeer, peers: readonly CausePeer[]): MergeByCause | null {
  const [target, ...younger] = [incident, ...peers].sort((left, right) => left.number - right.number);
  const source = incident === target ? younger[0] : incident;
  if (!target || !source || source.handled || source.status !== 'open') return null;
  if ([source, target].some(({ separated, confidence }) => separated || confidence === 'low')) return null;
  if (source.cause !== target.cause || Math.abs(source.startedAt - target.startedAt) > APART) return null;
  if (!source.namespaces.every((namespace) => target.namespaces.includes(namespace))) return null;
  return {
    source,
    target,
    reason: `both are explained by ${target.cause}, and they began within ${formatDuration(APART)}`,
  };
}
