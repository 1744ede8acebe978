import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { workloadsNamedBy } from '../_shared/flags.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';

/** A flag whose name says that it breaks something, and that is on. */
export interface InjectedFault {
  readonly subject: Subject;
  readonly flag: string;
  readonly affects: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

const FAULT_WORDS =
  /fail|fault|error|crash|slow|latency|delay|leak|flood|unreachable|outage|chaos|problem|timeout|highcpu|exhaust/i;
const OFF = /^(?:off|false|none|disabled?|0|no|control|default|null|undefined|)$/i;
const MAX_DOCUMENT = 262_144;

/** Flags in flag documents of ConfigMaps that inject a fault now. */
export function injectedFaults(snapshot: Snapshot): readonly InjectedFault[] {
  return snapshot.objects.list('ConfigMap').flatMap((map) =>
    faultFlagsOf(map).map(({ key, flag }) => ({
      subject: subjectOf(map),
      flag,
      affects: workloadsNamedBy(snapshot, flag, map.metadata.namespace ?? undefined),
      evidence: [citeField(map, `data['${key}']`)],
    })),
  );
}

const faultFlagsOf = perObject(({ data }: ObjectOf<'ConfigMap'>): readonly { key: string; flag: string }[] =>
  Object.entries(data ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, text]) => activeFlags(text).flatMap((flag) => (FAULT_WORDS.test(flag) ? [{ key, flag }] : []))),
);

/** Names of the flags a flag document (`{"flags": {...}}`) turns on. */
function activeFlags(text: string): readonly string[] {
  if (text.length > MAX_DOCUMENT || !/"flags"\s*:/.test(text)) return [];
  const document = parse(text);
  const flags = isRecord(document) && isRecord(document['flags']) ? document['flags'] : {};
  return Object.entries(flags).flatMap(([name, flag]) => (isRecord(flag) && isOn(flag) ? [name] : []));
}

function isOn(flag: Record<string, unknown>): boolean {
  if (flag['state'] === 'DISABLED') return false;
  const variant = flag['defaultVariant'];
  if (typeof variant !== 'string' && typeof variant !== 'boolean') return false;
  const variants = isRecord(flag['variants']) ? flag['variants'] : {};
  const value = variants[String(variant)];
  return !OFF.test(String(variant)) && !(isScalar(value) && OFF.test(String(value)));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
