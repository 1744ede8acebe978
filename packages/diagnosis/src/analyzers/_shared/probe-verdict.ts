import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Probe } from '@headwater/contracts/kube/pod.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from './freshness.ts';
import { portHints } from './listening-ports.ts';
import { citePodSpec } from './pod-spec.ts';
import { previousRevision } from './previous-revision.ts';
import { isHeldBack, passingProbes, type ProbeFailure } from './probe-failures.ts';
import { declaredPorts, handlerOf, patience, portOf, writtenPort } from './probes.ts';
import { rootOf } from './workloads.ts';

/** Why a probe fails: the probe's own fault in one of four ways, or the application's. */
export interface ProbeVerdict {
  readonly variant: 'port' | 'protocol' | 'timing' | 'command' | 'app';
  readonly strength: number;
  /** What is wrong, to follow the name of the probe. */
  readonly says: string;
  readonly evidence: readonly Evidence[];
}

/** Judges a failing probe from its spec, the kubelet's words and the container's other probes. */
export function judgeProbe(snapshot: Snapshot, failure: ProbeFailure): ProbeVerdict {
  return (
    command(failure) ??
    protocol(snapshot, failure) ??
    port(snapshot, failure) ??
    timing(snapshot, failure) ??
    app(snapshot, failure)
  );
}

const UNREACHED =
  /connection refused|failed to connect|no route to host|i\/o timeout|deadline exceeded|client\.timeout|timed out|couldn't find port|invalid port/i;
const SLOW = /awaiting headers|deadline exceeded|client\.timeout|timed out/i;

// Behind a mesh's agent the kubelet only learns that the agent did not get through.
function isUnreached(failure: ProbeFailure): boolean {
  const message = messageOf(failure);
  return UNREACHED.test(message) || (failure.rewritten && /statuscode: 5/i.test(message));
}

function messageOf({ event }: ProbeFailure): string {
  return event?.message ?? '';
}

function isSlow(failure: ProbeFailure): boolean {
  return /awaiting headers|health rpc did not complete/i.test(messageOf(failure));
}

function command(failure: ProbeFailure): ProbeVerdict | null {
  const broken = /executable file not found|no such file or directory|OCI runtime exec failed|exec format error/i;
  if (handlerOf(failure.probe) !== 'exec' || !broken.test(messageOf(failure))) return null;
  return { variant: 'command', strength: 0.92, says: 'runs a command the image does not have', evidence: [] };
}

function protocol(snapshot: Snapshot, failure: ProbeFailure): ProbeVerdict | null {
  const message = messageOf(failure);
  const { probe, view } = failure;
  const handler = handlerOf(probe);
  const at = `port \`${writtenPort(probe) ?? ''}\``;
  if (handler === 'http' && /malformed HTTP|HTTP\/1\.x transport connection broken|http2: frame/i.test(message)) {
    return {
      variant: 'protocol',
      strength: 0.95,
      says: `speaks HTTP to ${at}, which answers in another protocol`,
      evidence: [],
    };
  }
  if (
    handler === 'http' &&
    /server gave HTTP response to HTTPS client|first record does not look like a TLS/i.test(message)
  ) {
    return {
      variant: 'protocol',
      strength: 0.95,
      says: `speaks HTTPS to ${at}, which answers in plain HTTP`,
      evidence: [],
    };
  }
  if (
    handler === 'grpc' &&
    /unimplemented|unknown service|does not implement|server preface|frame too large|unexpected HTTP status/i.test(
      message,
    )
  ) {
    return {
      variant: 'protocol',
      strength: 0.93,
      says: `asks the gRPC health service of ${at}, which does not offer it`,
      evidence: [],
    };
  }
  const status = /statuscode: (\d{3})/i.exec(message)?.[1];
  if (handler === 'http' && status && /^40[0-9]$|^426$/.test(status) && status !== '408') {
    const path = probe.httpGet?.path ?? '/';
    const cause =
      status === '400'
        ? `speaks plain HTTP to ${at}, which refuses it with status ${status}`
        : `asks path \`${path}\` of ${at}, which answers ${status}`;
    return { variant: 'protocol', strength: changed(snapshot, failure) ? 0.95 : 0.85, says: cause, evidence: [] };
  }
  const own = portOf(probe, view.spec);
  const twin = passingProbes(failure).find(
    (other) => portOf(other.probe, view.spec) === own && handlerOf(other.probe) !== handler,
  );
  if (!twin || own === null || !(isUnreached(failure) || /EOF|reset by peer/i.test(message))) return null;
  return {
    variant: 'protocol',
    strength: 0.9,
    says: `speaks ${handler ?? 'its protocol'} to ${at}, where the ${twin.kind} probe succeeds with ${handlerOf(twin.probe) ?? 'another'}`,
    evidence: [citePodSpec(snapshot, failure.pod, `${view.specPath}.${twin.kind}Probe`)],
  };
}

function port(snapshot: Snapshot, failure: ProbeFailure): ProbeVerdict | null {
  const { probe, view, event, pod } = failure;
  const written = writtenPort(probe);
  if (written === null || (event && !isUnreached(failure))) return null;
  const declared = declaredPorts(view.spec);
  const number = portOf(probe, view.spec);
  const ports = citePodSpec(snapshot, pod, `${view.specPath}.ports`);
  const list = declared.map((each) => `\`${each}\``).join(', ');
  if (number === null)
    return {
      variant: 'port',
      strength: 0.95,
      says: `names port \`${written}\`, which the container does not declare`,
      evidence: [ports],
    };
  const others = passingProbes(failure).filter((other) => ![null, number].includes(portOf(other.probe, view.spec)));
  if (declared.length > 0 && !declared.includes(number)) {
    // A port every probe uses and the revision before used as well may be a management port nobody declares.
    const doubtful =
      others.length === 0 &&
      (sharesPort(failure, number) || !changed(snapshot, failure)) &&
      knowsBefore(snapshot, failure);
    const strength = event === null ? 0.7 : doubtful || isSlow(failure) ? 0.75 : 0.95;
    return {
      variant: 'port',
      strength,
      says: `asks port \`${written}\`, where nothing listens; the container declares ${list}`,
      evidence: [ports],
    };
  }
  const [other] = others;
  if (other && declared.length === 0 && event) {
    const right = writtenPort(other.probe);
    return {
      variant: 'port',
      strength: 0.88,
      says: `asks port \`${written}\`, where nothing listens; its ${other.kind} probe succeeds on port \`${right}\``,
      evidence: [citePodSpec(snapshot, pod, `${view.specPath}.${other.kind}Probe`)],
    };
  }
  return event ? listensElsewhere(snapshot, failure, number) : null;
}

function listensElsewhere(snapshot: Snapshot, { pod, view, probe }: ProbeFailure, number: number): ProbeVerdict | null {
  const said = portHints(snapshot, pod).filter(({ source, container }) => source === 'log' && container === view.name);
  const [first] = said;
  if (!first || said.some(({ port }) => port === number)) return null;
  const says = `asks port \`${writtenPort(probe) ?? number}\`, but the process listens on \`${first.port}\``;
  return { variant: 'port', strength: 0.85, says, evidence: [first.cite()] };
}

function timing(snapshot: Snapshot, failure: ProbeFailure): ProbeVerdict | null {
  const { kind, probe, event, view } = failure;
  const settings = TIMINGS.flatMap((name) =>
    typeof probe[name] === 'number' ? [`\`${name}\` ${probe[name]}`] : [],
  ).join(', ');
  if (kind === 'readiness') {
    const age = ageOf(snapshot, view.status?.state?.running?.startedAt);
    if (event === null && age !== null && isHeldBack(probe, age)) {
      return {
        variant: 'timing',
        strength: 0.85,
        says: `is not asked for the first time until long after the start: \`initialDelaySeconds\` ${probe.initialDelaySeconds}`,
        evidence: [],
      };
    }
    const former = SLOW.test(messageOf(failure)) ? stricter(snapshot, failure) : null;
    return (
      former && {
        variant: 'timing',
        strength: 0.9,
        says: `gives the application too little time: ${settings}${former.text}`,
        evidence: former.evidence,
      }
    );
  }
  if (!isUnreached(failure) && event !== null) return null;
  const former = stricter(snapshot, failure);
  const strength = former ? 0.93 : strictness(snapshot, failure);
  if (strength === null || settings === '') return null;
  return {
    variant: 'timing',
    strength,
    says: `is too strict: the container is killed before it can answer (${settings})${former?.text ?? ''}`,
    evidence: former?.evidence ?? [],
  };
}

const TIMINGS = ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const;

// Seconds within which hardly any runtime starts; and those a heavy one needs on a busy Node.
const NO_START = 15;
const SLOW_START = 60;

function strictness(snapshot: Snapshot, failure: ProbeFailure): number | null {
  const { probe, pod, view, event } = failure;
  if (event === null) return null;
  const seconds = patience(probe);
  const isHasty = probe.failureThreshold === 1 || seconds <= NO_START;
  // Who accepts a connection has started; late answers of a patient probe are the application's.
  if (isSlow(failure)) return isHasty ? 0.75 : null;
  if (isHasty) return 0.9;
  const complains = snapshot.logs
    .ofPod(pod.metadata.namespace ?? '', pod.metadata.name)
    .some(({ container, templates }) => container === view.name && templates.some(({ level }) => level === 'error'));
  if (complains || seconds > SLOW_START) return null;
  return seconds <= SLOW_START / 2 ? 0.72 : 0.62;
}

interface Former {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** The more patient timing the revision before had, when the probe was tightened since. */
function stricter(snapshot: Snapshot, { pod, path, probe }: ProbeFailure): Former | null {
  const before = previousRevision(snapshot, rootOf(snapshot, pod));
  const former = before ? (readField(before, `spec.template.${path}`) as Probe | undefined) : undefined;
  if (!before || !former) return null;
  const tighter = patience(probe) < patience(former) || (probe.timeoutSeconds ?? 1) < (former.timeoutSeconds ?? 1);
  return tighter
    ? { text: '; the revision before was more patient', evidence: [citeField(before, `spec.template.${path}`)] }
    : null;
}

function app(snapshot: Snapshot, failure: ProbeFailure): ProbeVerdict {
  const status = /statuscode: (\d{3})/i.exec(messageOf(failure))?.[1];
  const at = writtenPort(failure.probe);
  const says = status
    ? `is answered with status ${status}`
    : `gets no good answer${at === null ? '' : ` on port \`${at}\``}`;
  return {
    variant: 'app',
    strength: failure.event ? 0.55 : 0.4,
    says,
    evidence: [citePodSpec(snapshot, failure.pod, `${failure.view.specPath}.ports`)],
  };
}

function knowsBefore(snapshot: Snapshot, { pod }: ProbeFailure): boolean {
  return previousRevision(snapshot, rootOf(snapshot, pod)) !== undefined;
}

function changed(snapshot: Snapshot, { pod, path, probe }: ProbeFailure): boolean {
  const before = previousRevision(snapshot, rootOf(snapshot, pod));
  const former = before ? (readField(before, `spec.template.${path}`) as Probe | undefined) : undefined;
  return (
    Boolean(before) &&
    JSON.stringify([writtenPort(former ?? {}), former?.httpGet?.path]) !==
      JSON.stringify([writtenPort(probe), probe.httpGet?.path])
  );
}

function sharesPort({ view, kind }: ProbeFailure, number: number): boolean {
  const spec = view.spec;
  return (['liveness', 'readiness', 'startup'] as const).some((other) => {
    const probe = other === kind ? undefined : spec?.[`${other}Probe`];
    return Boolean(probe) && portOf(probe ?? {}, spec) === number;
  });
}
