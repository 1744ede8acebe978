import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '@headwater/core/time.ts';
import { request } from 'undici';
import { type BodyRequest, webhookBody } from './alerts.ts';
import { drive, type Outcome, summary, type Target } from './drive.ts';
import { type Memory, memoryOf, type Running } from './processes.ts';
import { makeToken, signIn } from './sign-in.ts';
import { watchIncidents } from './stream.ts';

export interface Lengths {
  /** Seconds of each closed loop. */
  readonly closed: number;
  /** Seconds of the open loops at 100 and at 500 webhooks a second. */
  readonly calm: number;
  readonly storm: number;
}

export interface Measured {
  readonly idle: Memory;
  readonly loaded: Memory;
  /** As many webhooks as are answered, by alerts a webhook; every webhook is another group. */
  readonly sustained: Readonly<Record<string, Outcome & { readonly alertsPerSecond: number }>>;
  /** 100 webhooks a second of 10 alerts; every tenth is of a new group. */
  readonly calm: Outcome;
  /** 500 webhooks a second of 10 alerts: ten thousand alerts, sent again and again. */
  readonly storm: Outcome;
  /** Milliseconds from sending a webhook of a new group to its incident on the live stream, and to its diagnosis, beside the calm load. */
  readonly alertToIncident: Outcome['milliseconds'] & { readonly seen: number; readonly sent: number };
  readonly alertToDiagnosis: Outcome['milliseconds'] & { readonly seen: number; readonly sent: number };
}

const SENDERS = 32;
const IDLE_SECONDS = 10;
const PROBES_A_SECOND = 2;
const STORM_GROUPS = 1_000;
const ALERTS_IN_A_WEBHOOK = [1, 10, 100] as const;

/** Everything that is measured of one running server. */
export async function measure(server: Running, say: (line: string) => void, lengths: Lengths): Promise<Measured> {
  const admin = await signIn(server.url);
  const sender = await makeToken(server.url, admin, [{ role: 'sender' }]);
  const target: Target = {
    origin: server.url,
    path: '/webhook/alertmanager',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${sender}` },
  };
  const startsAt = Date.now() - 5 * MINUTE;
  await sleep(IDLE_SECONDS * 1000);
  const idle = memoryOf(server.pid);
  say(`idle: ${idle.process} MB, with all it started ${idle.tree} MB`);

  const watch = await watchIncidents(server.url, admin);
  const probes = new Map<number, number>();
  const calmLoad = drive({
    target,
    seconds: lengths.calm,
    connections: SENDERS,
    rate: 100,
    body: repeating(1_000_000, startsAt),
  });
  const probing = probe({ target, seconds: lengths.calm, startsAt, sent: probes });
  const calm = await calmLoad;
  await probing;
  say(`100 webhooks/s of 10: ${JSON.stringify(calm)}`);
  await sleep(5_000);
  const delays = (seen: ReadonlyMap<string, number>): number[] =>
    [...seen].flatMap(([incident, at]) => {
      const sentAt = probes.get(watch.group.get(incident) ?? -1);
      return sentAt === undefined ? [] : [at - sentAt];
    });
  const [toIncident, toDiagnosis] = [delays(watch.opened), delays(watch.diagnosed)];
  watch.stop();
  const alertToIncident = { ...summary(toIncident), seen: toIncident.length, sent: probes.size };
  const alertToDiagnosis = { ...summary(toDiagnosis), seen: toDiagnosis.length, sent: probes.size };
  say(`alert to incident ${JSON.stringify(alertToIncident)}, to diagnosis ${JSON.stringify(alertToDiagnosis)}`);

  await untilIdle(server.url);
  const groups = stormGroups(startsAt);
  const storm = await drive({
    target,
    seconds: lengths.storm,
    ...STORM,
    body: (n) => webhookBody(groups(n)),
  });
  say(`500 webhooks/s of 10: ${JSON.stringify(storm)}`);
  await untilIdle(server.url);
  const sustained: Record<string, Measured['sustained'][string]> = {};
  for (const [index, alerts] of ALERTS_IN_A_WEBHOOK.entries()) {
    const body = (n: number): string => webhookBody({ group: 2_000_000 + index * 1_000_000 + n, alerts, startsAt });
    const outcome = await drive({ target, seconds: lengths.closed, connections: SENDERS, body });
    sustained[alerts] = { ...outcome, alertsPerSecond: Math.round(outcome.perSecond * alerts) };
    say(`webhooks of ${alerts}: ${JSON.stringify(sustained[alerts])}`);
  }
  return { idle, loaded: memoryOf(server.pid), sustained, calm, storm, alertToIncident, alertToDiagnosis };
}

/** Ten thousand alerts of a thousand workloads, sent again and again as their groups change. */
export function stormGroups(startsAt: number): (n: number) => BodyRequest {
  return (n) => ({ group: 9_000_000 + (n % STORM_GROUPS), alerts: 10, startsAt });
}

// Alertmanager sends a group again whenever it changes: nine of ten are known already.
function repeating(first: number, startsAt: number): (n: number) => string {
  return (n) => webhookBody({ group: first + (n % 10 === 0 ? n : n - (n % 10)), alerts: 10, startsAt });
}

export const STORM = { connections: 64, rate: 500 } as const;

interface Probe {
  readonly target: Target;
  readonly seconds: number;
  readonly startsAt: number;
  /** Filled: by group, the moment its webhook was sent. */
  readonly sent: Map<number, number>;
}

async function probe({ target, seconds, startsAt, sent }: Probe): Promise<void> {
  for (let n = 0; n < seconds * PROBES_A_SECOND; n++) {
    const group = 8_000_000 + n;
    sent.set(group, performance.now());
    const body = webhookBody({ group, alerts: 1, startsAt });
    const answer = await request(`${target.origin}${target.path}`, { method: 'POST', headers: target.headers, body });
    await answer.body.dump();
    await sleep(1000 / PROBES_A_SECOND);
  }
}

const DRAINED_WITHIN_SECONDS = 180;

// Each phase begins with nothing left to do from the one before.
async function untilIdle(url: string): Promise<void> {
  for (let waited = 0; waited < DRAINED_WITHIN_SECONDS; waited += 2) {
    const { body } = await request(`${url}/metrics`);
    const waiting = [...(await body.text()).matchAll(/^headwater_jobs\{.*state="(?:waiting|active)".*\} (\d+)/gm)];
    if (waiting.length > 0 && waiting.every(([, count]) => count === '0')) return;
    await sleep(2_000);
  }
}
