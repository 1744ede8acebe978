import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { namespaceLabels } from '../namespaces.ts';
import type { EdgeContext } from './all.ts';

type Webhook = NonNullable<ObjectOf<'ValidatingWebhookConfiguration'>['webhooks']>[number];

/** Workload admitted by the webhooks that can refuse its Pods; a webhook backed by its Service. */
export function addAdmissionEdges(context: EdgeContext): void {
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const) {
    for (const configuration of context.snapshot.objects.list(kind)) addConfiguration(context, configuration);
  }
}

function addConfiguration(
  { snapshot, templates, components, add }: EdgeContext,
  configuration: ObjectOf<'ValidatingWebhookConfiguration'>,
): void {
  const subject = subjectOf(configuration);
  for (const webhook of configuration.webhooks ?? []) {
    const { name, namespace } = webhook.clientConfig?.service ?? {};
    const path = `webhooks[name=${webhook.name ?? ''}]`;
    if (name)
      add({
        from: subject,
        to: components.named('Service', namespace, name),
        relation: 'backed-by',
        cite: () => [citeField(configuration, `${path}.clientConfig.service`)],
      });
    if (!canRefusePods(webhook)) continue;
    const selector = webhook.namespaceSelector ?? {};
    for (const namespaceName of templateNamespaces(templates)) {
      if (!matchesSelector(namespaceLabels(snapshot.objects, namespaceName).labels, selector)) continue;
      for (const { component } of templates.list(namespaceName)) {
        add({
          from: component,
          to: subject,
          relation: 'admitted-by',
          cite: () => [citeField(configuration, `${path}.rules`)],
        });
      }
    }
  }
}

function templateNamespaces(templates: EdgeContext['templates']): readonly string[] {
  return [...new Set(templates.list().map(({ namespace }) => namespace))];
}

// With failurePolicy Ignore a dead webhook is skipped; one that sees no Pod cannot keep a Pod from being made.
function canRefusePods({ failurePolicy, rules }: Webhook): boolean {
  if (failurePolicy === 'Ignore') return false;
  return (rules ?? []).some(({ resources, operations }) => {
    const covers = (resources ?? []).some((resource) => resource === 'pods' || resource === '*' || resource === '*/*');
    return covers && (operations ?? ['*']).some((operation) => operation === 'CREATE' || operation === '*');
  });
}
