import { ApiAlerts, WebhookBody } from '@headwater/contracts/webhooks/alertmanager-body.ts';
import { KubernetesEvent } from '@headwater/contracts/webhooks/kubernetes-event.ts';
import { z } from 'zod';

/** Bodies are documented here and read by the contracts' own readers: parsing a large one twice would halve the intake. */
function documented(description: string, ...schemas: readonly z.ZodType[]): z.ZodType {
  const shapes = schemas.map((schema) => {
    const { $schema: _, id: __, ...shape } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return shape;
  });
  return z.unknown().meta({ description, ...(shapes.length === 1 ? shapes[0] : { anyOf: shapes }) });
}

export const AlertmanagerBodies = documented(
  'An Alertmanager webhook body of version 4, a Grafana one of version 1, or a list of alerts as Prometheus posts it.',
  WebhookBody,
  ApiAlerts,
);
export const KubernetesEventBody = documented('One Event of type Warning.', KubernetesEvent);
export const AnyJson = z.unknown().meta({ description: 'Any JSON; the mapping says what it means.' });
