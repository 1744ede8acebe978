import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { namespaceLabels } from '../namespaces.ts';
import type { EdgeContext } from './all.ts';

type Webhook = NonNullable<ObjectOf<'ValidatingWebhookConfiguration'>['webhooks']>[number];

/** Workload admitted by the webhooks that can refuse its Pods; a webhook backed by its Service. */
export function addAdmissionEdges(context: EdgeContext, namespace: string): void {
  const { objects } = context.snapshot;
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const) {
    for (const configuration of objects.within(kind, namespace)) addBackends(context, configuration);
    for (const configuration of objects.list(kind)) addAdmitted(context, configuration, namespace);
  }
}

type WebhookConfiguration = ObjectOf<'ValidatingWebhookConfiguration'>;

function addBackends({ components, add }: EdgeContext, configuration: WebhookConfiguration): void {
  for (const webhook of configuration.webhooks ?? []) {
    const { name, namespace } = webhook.clientConfig?.service ?? {};
    if (name)
      add({
        from: subjectOf(configuration),
        to: components.named('Service', namespace, name),
        relation: 'backed-by',
        cite: () => [citeField(configuration, `${pathOf(webhook)}.clientConfig.service`)],
      });
  }
}

function addAdmitted(
  { snapshot, templates, add }: EdgeContext,
  configuration: WebhookConfiguration,
  namespace: string,
): void {
  const to = subjectOf(configuration);
  const { labels } = namespaceLabels(snapshot.objects, namespace);
  for (const webhook of configuration.webhooks ?? []) {
    if (!canRefusePods(webhook) || !matchesSelector(labels, webhook.namespaceSelector ?? {})) continue;
    const cite = () => [citeField(configuration, `${pathOf(webhook)}.rules`)];
    for (const { component } of templates.list(namespace)) add({ from: component, to, relation: 'admitted-by', cite });
  }
}

function pathOf({ name }: Webhook): string {
  return `webhooks[name=${name ?? ''}]`;
}

// With failurePolicy Ignore a dead webhook is skipped; one that sees no Pod cannot keep a Pod from being made.
function canRefusePods({ failurePolicy, rules }: Webhook): boolean {
  if (failurePolicy === 'Ignore') return false;
  return (rules ?? []).some(({ resources, operations }) => {
    const covers = (resources ?? []).some((resource) => resource === 'pods' || resource === '*' || resource === '*/*');
    return covers && (operations ?? ['*']).some((operation) => operation === 'CREATE' || operation === '*');
  });
}
