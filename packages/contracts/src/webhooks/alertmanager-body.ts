import { z } from 'zod';

// Go writes an unset map as null.
const absent = <T extends z.ZodType>(schema: T) => schema.nullish();
// Senders with a payload template of their own write numbers and booleans bare.
const Scalar = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
const Texts = z.record(z.string(), Scalar);
// Longer ones do not fit an index; real ones have 16 characters.
const Fingerprint = z.string().max(256);

/** An alert of a webhook body: Alertmanager's fields, and those Grafana adds. */
const WebhookAlert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: absent(Texts),
  startsAt: z.string(),
  endsAt: absent(z.string()),
  generatorURL: absent(z.string()),
  fingerprint: absent(Fingerprint),
});

/** Alertmanager's webhook body, version 4, and Grafana's, version 1. */
export const WebhookBody = z
  .looseObject({
    version: z.enum(['4', '1']),
    status: absent(z.enum(['firing', 'resolved'])),
    receiver: absent(z.string()),
    groupKey: absent(z.string()),
    truncatedAlerts: absent(z.int().min(0)),
    groupLabels: absent(Texts),
    commonLabels: absent(Texts),
    commonAnnotations: absent(Texts),
    routeLabels: absent(Texts),
    externalURL: absent(z.string()),
    notification_reason: absent(z.string()),
    alerts: z.array(WebhookAlert),
  })
  .meta({ id: 'AlertmanagerWebhook' });
export type WebhookBody = z.infer<typeof WebhookBody>;
export type WebhookAlert = z.infer<typeof WebhookAlert>;

/** An alert as Prometheus and vmalert post it and as Alertmanager's API lists it. */
export const ApiAlert = z.looseObject({
  status: absent(z.union([z.enum(['firing', 'resolved']), z.looseObject({ state: z.string() })])),
  labels: Texts,
  annotations: absent(Texts),
  startsAt: absent(z.string()),
  endsAt: absent(z.string()),
  generatorURL: absent(z.string()),
  fingerprint: absent(Fingerprint),
});
export type ApiAlert = z.infer<typeof ApiAlert>;
export const ApiAlerts = z.array(ApiAlert).meta({ id: 'PrometheusAlerts' });
