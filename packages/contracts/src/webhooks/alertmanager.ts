import { z } from 'zod';

const Labels = z.record(z.string(), z.coerce.string());

/** One alert of an Alertmanager webhook body; Go's zero `endsAt` means "still firing". */
export const AlertmanagerAlert = z.looseObject({
  status: z.string().default('firing'),
  labels: Labels,
  annotations: Labels.default({}),
  startsAt: z.string().optional(),
  endsAt: z.string().optional(),
  generatorURL: z.string().optional(),
  fingerprint: z.string().optional(),
});
export type AlertmanagerAlert = z.infer<typeof AlertmanagerAlert>;

/** An Alertmanager version 4 webhook body, read leniently: unknown fields pass. */
export const AlertmanagerBody = z.looseObject({
  version: z.coerce.string().default('4'),
  status: z.string().default('firing'),
  receiver: z.string().optional(),
  groupKey: z.string().optional(),
  groupLabels: Labels.default({}),
  commonLabels: Labels.default({}),
  commonAnnotations: Labels.default({}),
  externalURL: z.string().optional(),
  truncatedAlerts: z.number().default(0),
  alerts: z.array(z.unknown()),
});
export type AlertmanagerBody = z.infer<typeof AlertmanagerBody>;
