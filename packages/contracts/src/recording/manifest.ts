import { z } from 'zod';
import { Gap } from '../diagnosis/diagnosis.ts';

export const RECORDING_FORMAT = 'headwater.recording/v1';

/** present: captured; absent: never asked; unreachable: asked and failed; forbidden: refused by RBAC. */
export const SOURCE_STATES = ['present', 'absent', 'unreachable', 'forbidden'] as const;
export const SourceState = z.enum(SOURCE_STATES);
export type SourceState = z.infer<typeof SourceState>;

export const SOURCE_NAMES = ['objects', 'logs', 'metrics', 'traces', 'history', 'changes'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

const timestamp = z.iso.datetime({ offset: true });

export const RecordingManifest = z.object({
  format: z.literal(RECORDING_FORMAT),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected a slug of lower-case letters, digits and dashes'),
  title: z.string().min(1),
  now: timestamp,
  window: z.object({ from: timestamp, to: timestamp }).optional(),
  cluster: z.object({ name: z.string().min(1), uid: z.string().optional(), version: z.string().optional() }),
  sources: z.partialRecord(z.enum(SOURCE_NAMES), SourceState).optional(),
  question: z.string().optional(),
  /** What the recorder was refused or had to cut. */
  gaps: z.array(Gap).optional(),
});
export type RecordingManifest = z.infer<typeof RecordingManifest>;
