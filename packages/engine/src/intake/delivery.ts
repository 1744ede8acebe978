import { hash } from 'node:crypto';
import type { SignalAlert, SignalBody } from '@headwater/contracts/webhooks/signal.ts';
import type { Signal, SignalReason } from '@headwater/core/alert/episode.ts';
import { labelNamespace } from '@headwater/core/alert/label-kinds.ts';
import { normaliseSeverity } from '@headwater/core/alert/severity.ts';
import { readSubject, type SubjectReading } from '@headwater/core/alert/subject.ts';
import { contentId } from '@headwater/core/ids.ts';
import { maskText } from '@headwater/core/masking/mask.ts';
import { scrubTree } from '@headwater/core/masking/scrub.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { AlertFacts } from '../ports/store/alerts.ts';

/** One alert of a delivery: the signal, and what tells whether anything of it must be written. */
export interface DeliveredAlert
  extends Pick<AlertFacts, 'cluster' | 'fingerprint' | 'contentHash' | 'groupKey' | 'receiver'> {
  readonly signal: Signal;
  /** What to store of it; worked out when it is asked for, which a repeat never does. */
  facts(): AlertFacts;
}

/** One body on its way to the database. */
export interface Delivery {
  readonly receivedAt: Millis;
  readonly alerts: readonly DeliveredAlert[];
}

/** What became of a delivery, alert by alert in the order of its body. */
export interface DeliveryOutcome {
  readonly reasons: readonly SignalReason[];
}

/** Makes a checked body ready to be stored; alerts without a `cluster` label belong to the given one. */
export function deliveryOf(body: SignalBody, defaultCluster: string, receivedAt: Millis): Delivery {
  const groupKey = body.groupKey === null ? null : shortened(body.groupKey);
  const alerts = body.alerts.map((alert): DeliveredAlert => {
    const own = {
      cluster: clusterOf(alert, defaultCluster),
      fingerprint: storable(alert.fingerprint),
      contentHash: hash('sha1', JSON.stringify([alert.labels, alert.annotations]), 'base64url'),
      groupKey,
      receiver: body.receiver,
    };
    const signal = { status: alert.status, startsAt: alert.startsAt, endsAt: alert.endsAt };
    return { ...own, signal, facts: () => ({ ...own, ...factsOf(alert), source: body.source }) };
  });
  return { receivedAt, alerts };
}

type OwnFacts = Omit<AlertFacts, keyof DeliveredAlert | 'source'>;

function factsOf(alert: SignalAlert): OwnFacts {
  const { labels } = alert;
  // Labels are an identity and stay; what people write about an alert may quote a connection string.
  const annotations = scrubTree(alert.annotations, maskText);
  const { subject, state, reason } = subjectOf(alert);
  return {
    name: labels['alertname'] || labels['rulename'] || annotations['summary']?.slice(0, 200) || 'alert without a name',
    severity: normaliseSeverity(labels['severity'] ?? labels['priority'] ?? labels['level']),
    namespace: namespaceOf(alert),
    labels,
    annotations,
    extra: scrubTree(alert.extra, maskText),
    subject,
    subjectState: state,
    subjectReason: reason,
    generatorUrl: alert.generatorUrl,
  };
}

// PostgreSQL's text knows neither NUL nor lone surrogates; a key must be the same text here and there.
function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** The cluster an alert belongs to. */
export function clusterOf(alert: SignalAlert, defaultCluster: string): string {
  return storable(alert.labels['cluster'] || defaultCluster);
}

/** The namespace an alert names; null when it names none, or none that could be. */
export function namespaceOf(alert: SignalAlert): string | null {
  const namespace = alert.subject?.namespace ?? labelNamespace(alert.labels);
  // Kubernetes allows 63 characters; a longer text would not fit the indexes over namespaces.
  return namespace && namespace.length <= 253 ? storable(namespace) : null;
}

function subjectOf(alert: SignalAlert): SubjectReading {
  if (alert.subject) return { subject: alert.subject, state: 'resolved', reason: 'its sender names it' };
  return readSubject(alert.labels);
}

// Group keys hold every group label; correlation keys made of them must fit an index.
const MAX_GROUP_KEY = 512;

function shortened(groupKey: string): string {
  if (groupKey.length <= MAX_GROUP_KEY) return groupKey;
  return `${groupKey.slice(0, MAX_GROUP_KEY - 32)}${contentId('~', groupKey)}`;
}
